using System.Buffers.Text;
using System.Text;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>The head of a request as HTTP/1.1 has it (RFC 9112).</summary>
internal static class Http1RequestHead
{
    // Names of our own headers, separators, the length of the body.
    private const int MostOfOurs = 256;

    /// <summary>How many bytes it may have at most.</summary>
    public static int MostBytes(UpstreamRequest request) =>
        MostOfOurs + request.Method.Method.Length + request.Target.Lines.Length + (request.Authorization?.Length ?? 0) + (request.Accept?.Length ?? 0) + MostBytes(request.Headers);

    /// <summary>Writes it, the empty line included.</summary>
    /// <returns>How many bytes it has.</returns>
    public static int Write(UpstreamRequest request, long? length, Span<byte> to)
    {
        var head = new Writer(to);
        head.Text(request.Method.Method);
        head.Bytes(" "u8);
        head.Bytes(request.Target.Lines.Span);
        head.Line("Authorization: "u8, request.Authorization);
        head.Line("Accept: "u8, request.Accept);
        head.Lines(request.Headers);
        if (length is { } bytes)
        {
            head.Line("Content-Type: "u8, RequestContent.MediaType);
            head.Bytes("Content-Length: "u8);
            head.Number(bytes);
            head.Bytes("\r\n"u8);
        }
        else if (request.Method != HttpMethod.Get)
        {
            // Without it a server may wait for a body (RFC 9110, 8.6).
            head.Bytes("Content-Length: 0\r\n"u8);
        }

        head.Bytes("\r\n"u8);
        return head.Length;
    }

    private static int MostBytes(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var most = 0;
        for (var i = 0; i < headers.Count; i++)
        {
            most += headers[i].Key.Length + headers[i].Value.Length + 4;
        }

        return most;
    }

    // What is written here was found sound before: no header brings a line of its own.
    private ref struct Writer(Span<byte> to)
    {
        private readonly Span<byte> _to = to;

        public int Length { get; private set; }

        public void Bytes(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_to[Length..]);
            Length += bytes.Length;
        }

        public void Text(string text) => Length += Encoding.ASCII.GetBytes(text, _to[Length..]);

        public void Number(long number)
        {
            Utf8Formatter.TryFormat(number, _to[Length..], out var written);
            Length += written;
        }

        public void Line(scoped ReadOnlySpan<byte> name, string? value)
        {
            if (value is not null)
            {
                Bytes(name);
                Text(value);
                Bytes("\r\n"u8);
            }
        }

        public void Lines(IReadOnlyList<KeyValuePair<string, string>> headers)
        {
            for (var i = 0; i < headers.Count; i++)
            {
                Text(headers[i].Key);
                Bytes(": "u8);
                Text(headers[i].Value);
                Bytes("\r\n"u8);
            }
        }
    }
}
