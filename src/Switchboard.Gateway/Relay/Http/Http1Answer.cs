using System.Runtime.CompilerServices;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>An answer on an <see cref="Http1Connection"/>, which goes back to its pool with the last byte of the body.</summary>
internal sealed class Http1Answer : UpstreamAnswer
{
    private readonly Http1Connection _connection;
    private readonly CancellationTokenRegistration _leaving;
    private readonly CancellationToken _left;
    private readonly bool _isChunked;
    private readonly bool _endsWithConnection;
    private ChunkedBody _chunks;
    private long _expected;
    private bool _mayKeep;
    private bool _isEnded;

    public Http1Answer(Http1Connection connection, Http1Head head, HttpMethod method, bool mayKeep, CancellationTokenRegistration leaving, CancellationToken left)
        : base(head.Status, head.Headers)
    {
        (_connection, _mayKeep, _leaving, _left, _isChunked) = (connection, mayKeep, leaving, left, head.IsChunked);
        _expected = head.Headers.ContentLength ?? long.MaxValue;
        _endsWithConnection = !_isChunked && head.Headers.ContentLength is null;
        if (method == HttpMethod.Head || head.Status is 204 or 304 || _expected == 0)
        {
            End();
        }
    }

    /// <inheritdoc/>
    public override bool IsEnded => _isEnded;

    /// <summary>The connection ends with this answer.</summary>
    public bool IsLast => !_mayKeep;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_isEnded)
        {
            return new ValueTask<int>(0);
        }

        if (!_connection.Arrived.IsEmpty)
        {
            var room = Room(buffer);
            if (Decode(room.Span[.._connection.Take(room.Span)]) is var count && (count > 0 || _isEnded))
            {
                return new ValueTask<int>(count);
            }
        }

        return ReceiveAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (!_isEnded)
        {
            _leaving.Unregister();
            _connection.Dispose();
        }
    }

    // Pooled: it runs once a read, and a stream is read event by event.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var room = Room(buffer);
        using var leaving = cancellationToken == _left
            ? default
            : cancellationToken.UnsafeRegister(static connection => ((Http1Connection)connection!).Dispose(), _connection);
        try
        {
            while (true)
            {
                var received = await _connection.ReceiveAsync(room);
                if (received == 0)
                {
                    return EndWithConnection();
                }

                if (Decode(room.Span[..received]) is var count && (count > 0 || _isEnded))
                {
                    return count;
                }
            }
        }
        catch (Exception fault)
        {
            Dispose();
            throw Http1Connection.Told(fault, cancellationToken.IsCancellationRequested ? cancellationToken : _left);
        }
    }

    private Memory<byte> Room(Memory<byte> buffer) => _isChunked || buffer.Length <= _expected ? buffer : buffer[..(int)_expected];

    private int Decode(Span<byte> bytes)
    {
        if (_isChunked)
        {
            var data = _chunks.Decode(bytes, out var excess);
            _mayKeep &= excess == 0;
            if (_chunks.IsEnded)
            {
                End();
            }

            return data;
        }

        _expected -= _endsWithConnection ? 0 : bytes.Length;
        if (_expected == 0)
        {
            End();
        }

        return bytes.Length;
    }

    private int EndWithConnection()
    {
        if (!_endsWithConnection)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded);
        }

        _mayKeep = false;
        End();
        return 0;
    }

    private void End()
    {
        _isEnded = true;

        // A registration that is gone has closed the connection.
        var isOpen = _leaving.Unregister() || !_left.CanBeCanceled;
        if (isOpen && _mayKeep && _connection.Arrived.IsEmpty)
        {
            _connection.Return();
        }
        else
        {
            _connection.Dispose();
        }
    }
}
