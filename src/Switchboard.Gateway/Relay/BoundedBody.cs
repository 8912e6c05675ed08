using System.Buffers;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Gateway.Relay;

/// <summary>The beginning of an answer's body in a pooled buffer. Dispose gives the buffer back.</summary>
internal struct BoundedBody : IDisposable
{
    private const int FirstBuffer = 16 * 1024;

    private byte[] _buffer;
    private int _length;

    /// <summary>The bytes read so far.</summary>
    public readonly ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>True when the body ended within the limit.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Reads a body to its end or to <paramref name="limit"/> bytes, whichever is first.</summary>
    public static async ValueTask<BoundedBody> ReadAsync(UpstreamAnswer answer, int limit, CancellationToken cancellationToken)
    {
        var body = new BoundedBody { _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBuffer, limit)) };
        while (body._length < limit)
        {
            body.Grow(limit);

            // When this throws the buffer is dropped, not returned: the read may still hold it.
            var read = await answer.ReadAsync(body._buffer.AsMemory(body._length), cancellationToken);
            if (read == 0)
            {
                body.IsWhole = true;
                return body;
            }

            body._length += read;
        }

        return body;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow(int limit)
    {
        if (_length < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(limit, 2L * _buffer.Length));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
