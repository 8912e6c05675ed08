using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>The head of an answer as HTTP/1.1 has it (RFC 9112).</summary>
/// <param name="Status">Its status.</param>
/// <param name="Headers">What is kept of its headers.</param>
internal sealed record Http1Head(int Status, AnswerHeaders Headers)
{
    private const int LongestName = 64;

    private static readonly SearchValues<byte> s_noName = SearchValues.Create(" \t\r\n\0()<>@,;\\\"/[]?={}"u8);

    /// <summary>More is to come before the answer itself (1xx).</summary>
    public bool IsInterim => Status < 200;

    /// <summary>The body comes in chunks.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>The connection may be used again afterwards.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>How many bytes a head has that stands at the beginning of what came; 0 while its end is missing.</summary>
    /// <exception cref="HttpIOException">It is no head.</exception>
    public static int LengthOf(ReadOnlySpan<byte> arrived)
    {
        if (!"HTTP/1."u8.StartsWith(arrived[..Math.Min(arrived.Length, 7)]))
        {
            throw Invalid();
        }

        // Lines that end in a line feed alone are understood, too (RFC 9112, 2.2).
        var end = arrived.IndexOf("\n\r\n"u8);
        var bare = (end < 0 ? arrived : arrived[..end]).IndexOf("\n\n"u8);
        return bare >= 0 ? bare + 2 : end >= 0 ? end + 3 : 0;
    }

    /// <summary>Reads a head.</summary>
    /// <exception cref="HttpIOException">It is not sound, or it frames its body in no way that is understood.</exception>
    public static Http1Head Parse(ReadOnlySpan<byte> bytes)
    {
        var line = TakeLine(ref bytes);
        if (line.Length < 12 || line[8] != ' ' || (line.Length > 12 && line[12] != ' ')
            || !Utf8Parser.TryParse(line[9..12], out int status, out var digits) || digits != 3 || status is < 100 or 101)
        {
            throw Invalid();
        }

        var head = new Http1Head(status, new AnswerHeaders()) { KeepsAlive = line[7] != '0' };
        while (true)
        {
            line = TakeLine(ref bytes);
            if (line.IsEmpty)
            {
                break;
            }

            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[..colon].ContainsAny(s_noName))
            {
                throw Invalid();
            }

            head.Take(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
        }

        if (head.IsChunked && head.Headers.ContentLength is not null)
        {
            // Two lengths: someone on the way may have been fooled (RFC 9112, 6.3).
            throw Invalid();
        }

        return head;
    }

    private static HttpIOException Invalid() => new(HttpRequestError.InvalidResponse);

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw Invalid();
        }

        var line = bytes[..end];
        bytes = bytes[(end + 1)..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.Length > LongestName)
        {
            return;
        }

        switch (name.Length)
        {
            case 12 when Is(name, "content-type"u8):
                Headers.ContentType ??= ContentTypeOf(value);
                break;
            case 14 when Is(name, "content-length"u8):
                TakeLength(value);
                break;
            case 16 when Is(name, "content-encoding"u8):
                Headers.IsEncoded = true;
                break;
            case 17 when Is(name, "transfer-encoding"u8):
                IsChunked = !IsChunked && Is(value, "chunked"u8) ? true : throw Invalid();
                break;
            case 10 when Is(name, "connection"u8):
                TakeConnection(value);
                break;
            default:
                Keep(name, value);
                break;
        }
    }

    private void TakeLength(ReadOnlySpan<byte> value)
    {
        if (!Utf8Parser.TryParse(value, out long length, out var digits) || digits != value.Length || value[0] is < (byte)'0' or > (byte)'9'
            || (Headers.ContentLength ?? length) != length)
        {
            throw Invalid();
        }

        Headers.ContentLength = length;
    }

    private void TakeConnection(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = value[range].Trim(" \t"u8);
            KeepsAlive = !Is(option, "close"u8) && (KeepsAlive || Is(option, "keep-alive"u8));
        }
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<char> text = stackalloc char[LongestName];
        if (Encoding.ASCII.TryGetChars(name, text, out var length) && AnswerHeaders.NameOf(text[..length]) is { } kept)
        {
            Headers.Keep(kept, Encoding.Latin1.GetString(value));
        }
    }

    private static string ContentTypeOf(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("application/json"u8) ? "application/json"
        : value.SequenceEqual("text/event-stream"u8) ? "text/event-stream"
        : value.SequenceEqual("text/event-stream; charset=utf-8"u8) ? "text/event-stream; charset=utf-8"
        : Encoding.Latin1.GetString(value);

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(text, lowerCase);
}
