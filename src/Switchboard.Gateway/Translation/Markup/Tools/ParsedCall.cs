using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>A call as it is read out of JSON.</summary>
/// <param name="Name">The name of the function.</param>
/// <param name="Arguments">A JSON object.</param>
internal readonly record struct ParsedCall(byte[] Name, byte[] Arguments)
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 128 };

    /// <summary>Reads a call, or a list of calls; null where it is something else.</summary>
    public static List<ParsedCall>? ReadAll(ReadOnlySpan<byte> json)
    {
        using var document = Parse(json);
        if (document is null)
        {
            return null;
        }

        var calls = new List<ParsedCall>();
        var isCalls = document.RootElement.ValueKind == JsonValueKind.Array
            ? document.RootElement.EnumerateArray().All(element => Add(element, calls))
            : Add(document.RootElement, calls);
        return isCalls ? calls : null;
    }

    /// <summary>Reads arguments: an object as it stands, or null where it is none.</summary>
    public static byte[]? ReadArguments(ReadOnlySpan<byte> json)
    {
        using var document = Parse(json);
        return document is null ? null : ArgumentsOf(document.RootElement);
    }

    /// <summary>Reads a value; null where it is none. Control characters inside of strings are taken for what they stand for, as models write them.</summary>
    public static JsonDocument? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonDocument.Parse(ControlEscapes.Escape(json), s_options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The text of a string; null where it is none, or its escapes make no characters.</summary>
    public static byte[]? TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(element.GetString()!) : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Add(JsonElement element, List<ParsedCall> calls)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (element.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object)
        {
            return Add(function, calls);
        }

        if (!element.TryGetProperty("name", out var name) || TextOf(name) is not { Length: > 0 } text)
        {
            return false;
        }

        if (!element.TryGetProperty("arguments", out var arguments) && !element.TryGetProperty("parameters", out arguments))
        {
            return false;
        }

        if (ArgumentsOf(arguments) is not { } json)
        {
            return false;
        }

        calls.Add(new ParsedCall(text, json));
        return true;
    }

    // Some models write them as the API has them, as a string that holds JSON.
    private static byte[]? ArgumentsOf(JsonElement arguments)
    {
        switch (arguments.ValueKind)
        {
            case JsonValueKind.Object:
                return JsonMarshal.GetRawUtf8Value(arguments).ToArray();
            case JsonValueKind.Null:
                return "{}"u8.ToArray();
            case JsonValueKind.String:
                using (var inner = Parse(TextOf(arguments)))
                {
                    return inner?.RootElement.ValueKind == JsonValueKind.Object ? JsonMarshal.GetRawUtf8Value(inner.RootElement).ToArray() : null;
                }

            default:
                return null;
        }
    }
}
