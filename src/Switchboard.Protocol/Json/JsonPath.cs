using System.Globalization;

namespace Switchboard.Protocol.Json;

/// <summary>Where in a JSON text a byte is, as a path: <c>$.choices[0].message.content</c>.</summary>
/// <remarks>Reading keeps no path; the text is gone through again when something is wrong with it.</remarks>
internal static class JsonPath
{
    /// <summary>The path of the value or member that the byte at this offset belongs to.</summary>
    /// <param name="json">The text, which may be invalid from there on and may begin with a byte order mark.</param>
    /// <param name="offset">The byte, from the start of the text.</param>
    public static string Find(ReadOnlySpan<byte> json, int offset)
    {
        var mark = WireReader.MarkLength(json);
        json = json[mark..];
        offset -= mark;

        var steps = default(Steps);
        var depth = 0;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireReader.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    depth--;
                }
                else if (depth > 0)
                {
                    Take(ref steps[depth - 1], in reader);
                }

                if (reader.BytesConsumed > offset)
                {
                    break;
                }

                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    steps[depth++] = new Step { Index = reader.TokenType == JsonTokenType.StartArray ? -1 : null };
                }
            }
        }
        catch (JsonException)
        {
            // Nothing is known beyond the first error in the text.
        }

        return Format(json, steps[..depth]);
    }

    private static void Take(ref Step step, ref readonly Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            step.NameStart = (int)reader.TokenStartIndex + 1;
            step.NameLength = reader.ValueSpan.Length;
        }
        else if (step.Index is { } index)
        {
            step.Index = index + 1;
        }
    }

    private static string Format(ReadOnlySpan<byte> json, ReadOnlySpan<Step> steps)
    {
        var path = new StringBuilder("$");
        foreach (ref readonly var step in steps)
        {
            if (step.Index is { } index)
            {
                if (index >= 0)
                {
                    path.Append(CultureInfo.InvariantCulture, $"[{index}]");
                }
            }
            else if (step.NameStart > 0)
            {
                var name = json.Slice(step.NameStart, step.NameLength);
                Append(path, JsonFault.Clip(name.Contains((byte)'\\') ? JsonString.Unescape(name) : name));
            }
        }

        return path.ToString();
    }

    private static void Append(StringBuilder path, string name)
    {
        if (name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-'))
        {
            path.Append('.').Append(name);
        }
        else
        {
            path.Append("['").Append(name).Append("']");
        }
    }

    // An object: the member under way. An array: the element under way.
    private struct Step
    {
        public int? Index;
        public int NameStart;
        public int NameLength;
    }

    [InlineArray(WireReader.MaxDepth + 1)]
    private struct Steps
    {
        private Step _first;
    }
}
