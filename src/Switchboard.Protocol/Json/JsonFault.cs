using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace Switchboard.Protocol.Json;

/// <summary>The exceptions of reading JSON: what they say, and where in the text they say it is.</summary>
internal static class JsonFault
{
    private const int LongestName = 100;

    public static JsonException Expected(string what, JsonTokenType found) => new($"expected {what}, found {Describe(found)}");

    public static JsonException NotAnInteger(long minimum, long maximum) =>
        new(string.Create(CultureInfo.InvariantCulture, $"expected an integer from {minimum} to {maximum}"));

    public static JsonException NotADouble() => new("expected a number within the range of a double");

    public static JsonException NotAFloat() => new("expected a number within the range of a float");

    public static JsonException NotATime() => new("expected a time in seconds within the years 1 to 9999");

    public static JsonException NotBase64() => new("expected a base64 string");

    public static JsonException NotFloats() => new("expected a base64 string of 32-bit floats");

    public static JsonException LoneSurrogate() => new("a string escapes half a character (a lone surrogate)");

    public static JsonException Misplaced() => new("the value was not read as it is built");

    public static JsonException Duplicate(ReadOnlySpan<byte> name) => new($"duplicate member '{Clip(name)}'");

    /// <summary>For text that is not JSON, or too deep: in the framework's words.</summary>
    public static JsonException Syntax(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireReader.MaxDepth });
        try
        {
            while (reader.Read())
            {
                // On to the error.
            }
        }
        catch (JsonException fault)
        {
            return fault;
        }

        return Misplaced();
    }

    /// <summary>For text that is not UTF-8; says where that begins.</summary>
    public static JsonException InvalidUtf8(ReadOnlySpan<byte> json)
    {
        var valid = 0;
        Span<char> text = stackalloc char[256];
        while (Utf8.ToUtf16(json[valid..], text, out var read, out _, replaceInvalidSequences: false) == OperationStatus.DestinationTooSmall)
        {
            valid += read;
        }

        Utf8.ToUtf16(json[valid..], text, out var last, out _, replaceInvalidSequences: false);
        var (line, column) = LineOf(json, valid + last);
        return new JsonException("the text is not valid UTF-8", path: null, line, column);
    }

    /// <summary>The exception to throw for what went wrong while this text was read, with its path, line and byte.</summary>
    /// <param name="fault">What was thrown.</param>
    /// <param name="json">The whole text.</param>
    /// <param name="position">The byte of the token under way; a fault that knows better is believed.</param>
    public static JsonException Locate(Exception fault, ReadOnlySpan<byte> json, long position)
    {
        var offset = (int)Math.Min(position, json.Length);
        var (line, column) = LineOf(json, offset);
        if (fault is JsonException { Path: null, LineNumber: { } atLine, BytePositionInLine: { } atColumn })
        {
            // Counted from behind the byte order mark.
            (line, column) = (atLine, atLine == 0 ? atColumn + WireReader.MarkLength(json) : atColumn);
            offset = OffsetOf(json, line, column);
        }

        var path = JsonPath.Find(json, offset);
        var where = string.Create(CultureInfo.InvariantCulture, $" Path: {path} | LineNumber: {line} | BytePositionInLine: {column}.");
        return new JsonException(Reason(fault.Message) + "." + where, path, line, column, fault);
    }

    /// <summary>A name or text for people: its beginning where it is long.</summary>
    public static string Clip(ReadOnlySpan<byte> text)
    {
        var all = Encoding.UTF8.GetString(text.Length > LongestName * 4 ? text[..(LongestName * 4)] : text);
        return all.Length > LongestName ? all[..LongestName] + "…" : all;
    }

    // Without what System.Text.Json says of the place: it is said once, for all faults alike.
    private static string Reason(string message)
    {
        var place = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return (place < 0 ? message : message[..place]).TrimEnd('.');
    }

    private static (long Line, long Column) LineOf(ReadOnlySpan<byte> json, int offset)
    {
        var before = json[..offset];
        return (before.Count((byte)'\n'), offset - (before.LastIndexOf((byte)'\n') + 1));
    }

    private static int OffsetOf(ReadOnlySpan<byte> json, long line, long column)
    {
        var offset = 0;
        for (; line > 0; line--)
        {
            offset += json[offset..].IndexOf((byte)'\n') + 1;
        }

        return (int)Math.Min(offset + column, json.Length);
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "no value",
    };
}
