using System.Net.Http.Headers;

namespace Switchboard.Protocol.Errors;

/// <summary>Tells what kind of body an error has (JSON, a page, an event, plain text) and has it read.</summary>
internal static class ApiErrorReader
{
    private const int LongestText = 1000;

    public static ApiError Read(byte[] body, string? contentType)
    {
        var text = WithoutByteOrderMark(ToUtf8(body, contentType));
        var start = FirstOf(text.Span);
        if (start is 0)
        {
            return new ApiError(body, null, "");
        }

        var findings = start switch
        {
            (byte)'{' or (byte)'[' or (byte)'"' => ErrorJsonReader.Read(text),
            (byte)'<' => ErrorPageReader.Read(Encoding.UTF8.GetString(text.Span)),
            (byte)'d' or (byte)'e' or (byte)':' when TryFindEventData(text, out var data) => ErrorJsonReader.Read(data),
            _ => ReadText(text.Span),
        };
        return new ApiError(body, findings, Fallback(text.Span));
    }

    /// <summary>The first so many characters, on no half of one.</summary>
    public static string Shorten(string text)
    {
        if (text.Length <= LongestText)
        {
            return text;
        }

        var length = char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText;
        return string.Concat(text.AsSpan(0, length), "…");
    }

    private static ErrorFindings? ReadText(ReadOnlySpan<byte> text) =>
        IsText(text) ? new ErrorFindings { Message = Shorten(Encoding.UTF8.GetString(text).Trim()) } : null;

    private static string Fallback(ReadOnlySpan<byte> text)
    {
        if (!IsText(text))
        {
            return $"The body is no text ({text.Length} bytes).";
        }

        var start = Encoding.UTF8.GetString(text).Trim();
        return start.StartsWith('<') ? ErrorPageReader.WithoutTags(start) : Shorten(start);
    }

    // Compressed or binary; a cut at 64 KiB may leave part of a character, which is no reason.
    private static bool IsText(ReadOnlySpan<byte> bytes) => !bytes.Contains((byte)0) && (System.Text.Unicode.Utf8.IsValid(bytes) || bytes.Length >= ApiError.LongestBody - 3);

    // The first byte that is not white space; 0 where there is none (a body of zeros begins with none either).
    private static byte FirstOf(ReadOnlySpan<byte> text)
    {
        var index = text.IndexOfAnyExcept(" \t\r\n"u8);
        return index < 0 ? (byte)0 : Math.Max((byte)1, text[index]);
    }

    // A server that had begun an event stream tells its error in one, be the status what it may.
    private static bool TryFindEventData(ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> data)
    {
        var rest = text.TrimStart(" \t\r\n"u8);
        while (!rest.IsEmpty)
        {
            var end = rest.Span.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            if (line.Span.StartsWith("data:"u8))
            {
                data = line["data:".Length..];
                return FirstOf(data.Span) == (byte)'{';
            }

            rest = end < 0 ? default : rest[(end + 1)..];
        }

        data = default;
        return false;
    }

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> text) =>
        text.Span.StartsWith("\uFEFF"u8) ? text["\uFEFF"u8.Length..] : text;

    // JSON is UTF-8 whatever the header says; old proxies write their pages in Latin-1.
    private static ReadOnlyMemory<byte> ToUtf8(byte[] body, string? contentType)
    {
        if (contentType is null || System.Text.Unicode.Utf8.IsValid(body)
            || !MediaTypeHeaderValue.TryParse(contentType, out var parsed) || parsed.CharSet is not { } charset)
        {
            return body;
        }

        try
        {
            return Encoding.Convert(Encoding.GetEncoding(charset.Trim('"')), Encoding.UTF8, body);
        }
        catch (ArgumentException)
        {
            return body;
        }
    }
}
