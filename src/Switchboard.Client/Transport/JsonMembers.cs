using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Transport;

/// <summary>Looks at and changes the members of a JSON object without reading their values.</summary>
internal static class JsonMembers
{
    private static readonly JsonReaderOptions s_deep = new() { MaxDepth = 128 };

    /// <summary>Writes an object again, with some members added or their values replaced.</summary>
    /// <exception cref="ArgumentException">The JSON is no object.</exception>
    public static void Merge(ReadOnlySpan<byte> utf8Json, IEnumerable<KeyValuePair<string, RawJson>> members, PooledBuffer output)
    {
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in members)
        {
            replaced.Add(name);
        }

        output.Write("{"u8);
        Keep(utf8Json, replaced, output);
        foreach (var (name, value) in members)
        {
            output.Write(output.Length == 1 ? default : ","u8);
            WriteString(output, System.Text.Encoding.UTF8.GetBytes(name));
            output.Write(":"u8);
            output.Write(value.Utf8.Span);
        }

        output.Write("}"u8);
    }

    /// <summary>The value of a member that is a string; null where there is none.</summary>
    public static string? FindString(ReadOnlySpan<byte> utf8Json, string name)
    {
        try
        {
            var json = new Utf8JsonReader(utf8Json, s_deep);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = json.ValueTextEquals(name);
                json.Read();
                if (isIt)
                {
                    return json.TokenType == JsonTokenType.String ? json.GetString() : null;
                }

                json.Skip();
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Whoever the body is meant for will say what is wrong with it.
        }

        return null;
    }

    public static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStringValue(utf8);
    }

    private static void Keep(ReadOnlySpan<byte> utf8Json, HashSet<string> replaced, PooledBuffer output)
    {
        var json = new Utf8JsonReader(utf8Json, s_deep);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new ArgumentException("Members can be added to a JSON object only: the request is none.");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex;
            var isReplaced = replaced.Contains(json.GetString()!);
            json.Read();
            json.Skip();
            if (!isReplaced)
            {
                output.Write(output.Length == 1 ? default : ","u8);
                output.Write(utf8Json[start..(int)json.BytesConsumed]);
            }
        }
    }
}
