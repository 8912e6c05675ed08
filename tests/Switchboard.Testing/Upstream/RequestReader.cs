using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Switchboard.Testing.Upstream;

/// <summary>Reads HTTP/1.1 requests, one after the other, from the bytes of a connection.</summary>
internal sealed class RequestReader(PipeReader bytes, Func<Task> sendContinueAsync)
{
    /// <summary>The next request, or null when the connection ended before one was whole.</summary>
    public async Task<UpstreamRequest?> ReadAsync()
    {
        if (await ReadUntilAsync("\r\n\r\n"u8.ToArray()) is not { } head)
        {
            return null;
        }

        var lines = head.Split("\r\n");
        var start = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(ParseHeader).ToList();
        if (ValueOf(headers, "Expect") is not null)
        {
            await sendContinueAsync();
        }

        var body = await ReadBodyAsync(headers);
        return body is null ? null : new UpstreamRequest(start[0], start[1], headers, body);
    }

    private static KeyValuePair<string, string> ParseHeader(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return new(line[..colon], line[(colon + 1)..].Trim());
    }

    private static string? ValueOf(List<KeyValuePair<string, string>> headers, string name) =>
        headers.Find(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    private async Task<byte[]?> ReadBodyAsync(List<KeyValuePair<string, string>> headers)
    {
        if (ValueOf(headers, "Transfer-Encoding") is not null)
        {
            return await ReadChunksAsync();
        }

        return ValueOf(headers, "Content-Length") is { } length
            ? await ReadExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture))
            : [];
    }

    private async Task<byte[]?> ReadChunksAsync()
    {
        var body = new MemoryStream();
        while (await ReadUntilAsync("\r\n"u8.ToArray()) is { } line)
        {
            var size = int.Parse(line.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return await SkipTrailersAsync() ? body.ToArray() : null;
            }

            if (await ReadExactlyAsync(size + 2) is not { } chunk)
            {
                return null;
            }

            body.Write(chunk.AsSpan(0, size));
        }

        return null;
    }

    private async Task<bool> SkipTrailersAsync()
    {
        string? line;
        do
        {
            line = await ReadUntilAsync("\r\n"u8.ToArray());
        }
        while (line is { Length: > 0 });
        return line is not null;
    }

    private async Task<string?> ReadUntilAsync(byte[] mark)
    {
        while (true)
        {
            var read = await bytes.ReadAsync();
            if (TakeUntil(read.Buffer, mark, out var text, out var end))
            {
                bytes.AdvanceTo(end);
                return text;
            }

            bytes.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private static bool TakeUntil(ReadOnlySequence<byte> buffer, byte[] mark, out string? text, out SequencePosition end)
    {
        var reader = new SequenceReader<byte>(buffer);
        var found = reader.TryReadTo(out ReadOnlySequence<byte> before, mark);
        text = found ? Encoding.Latin1.GetString(before) : null;
        end = reader.Position;
        return found;
    }

    private async Task<byte[]?> ReadExactlyAsync(int count)
    {
        // Asked for at least nothing, a pipe still waits for something.
        if (count == 0)
        {
            return [];
        }

        var read = await bytes.ReadAtLeastAsync(count);
        if (read.Buffer.Length < count)
        {
            bytes.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            return null;
        }

        var taken = read.Buffer.Slice(0, count);
        var result = taken.ToArray();
        bytes.AdvanceTo(taken.End);
        return result;
    }
}
