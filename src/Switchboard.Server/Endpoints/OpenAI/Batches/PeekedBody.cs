using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Endpoints.OpenAI.Batches;

/// <summary>A request's body of which the beginning was looked at: it is read from there again, and then on.</summary>
internal sealed class PeekedBody : Stream
{
    private const int MostBytes = 16 * 1024;

    private readonly Stream _rest;
    private ReadOnlyMemory<byte> _seen;

    private PeekedBody(ReadOnlyMemory<byte> seen, Stream rest) => (_seen, _rest) = (seen, rest);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Looks at the first 16 KB of a body; whoever reads it after sees all of it.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> PeekAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!JsonContentType.Matches(request.ContentType) || request.ContentLength > MostBytes)
        {
            return default;
        }

        var bytes = new byte[MostBytes];
        var body = request.Body;
        var length = await body.ReadAtLeastAsync(bytes, MostBytes, throwOnEndOfStream: false, cancellationToken);
        request.Body = new PeekedBody(bytes.AsMemory(0, length), body);
        return bytes.AsMemory(0, length);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_seen.IsEmpty)
        {
            return _rest.ReadAsync(buffer, cancellationToken);
        }

        var part = _seen[..Math.Min(_seen.Length, buffer.Length)];
        part.CopyTo(buffer);
        _seen = _seen[part.Length..];
        return new(part.Length);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
