using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Switchboard.Server.Endpoints;

/// <summary>
/// A request's body in one pooled buffer. It grows with what really comes: a caller who announces much and sends
/// little holds little memory.
/// </summary>
internal sealed class RequestBody
{
    private const int FirstBuffer = 16 * 1024;

    private byte[] _buffer;
    private int _length;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The bytes; valid until <see cref="Return"/>.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>Reads the body to its end.</summary>
    /// <returns>The body, or null when it is longer than <paramref name="limit"/>.</returns>
    public static async ValueTask<RequestBody?> ReadAsync(HttpContext context, int limit, CancellationToken cancellationToken)
    {
        // The limit is ours, so that its answer has our shape; the server then reads the rest away, or closes.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }

        if (context.Request.ContentLength > limit)
        {
            return null;
        }

        var body = new RequestBody((int)Math.Min(context.Request.ContentLength + 1 ?? FirstBuffer, FirstBuffer));
        return await body.FillAsync(context.Request.Body, limit, cancellationToken) ? body : null;
    }

    /// <summary>Gives the buffer back. Only when nobody can still be reading it.</summary>
    public void Return()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<bool> FillAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_length == _buffer.Length)
            {
                Grow();
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            _length += read;
            if (read == 0 || _length > limit)
            {
                break;
            }
        }

        if (_length <= limit)
        {
            return true;
        }

        Return();
        return false;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
