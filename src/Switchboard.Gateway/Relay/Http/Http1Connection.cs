using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>
/// One connection: a request out, an answer back, and then the next. It always waits in a read, between requests too, so
/// a server that has closed it is seen before a request is lost to it.
/// </summary>
/// <remarks>One exchange at a time. Only <see cref="Dispose"/> may be called from anywhere: it ends what is under way.</remarks>
internal sealed class Http1Connection(Http1Transport pool, Socket socket, TimeProvider time) : IDisposable
{
    private const int UsualBytes = 4 * 1024;
    private const int MostHeadBytes = 64 * 1024;

    // A body up to here leaves in one piece with its head.
    private const int MostCopied = 16 * 1024;

    private readonly long _madeAt = time.GetTimestamp();
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(UsualBytes);
    private int _start;
    private int _end;
    private long _idleSince;
    private long _askedAt;
    private bool _isAsked;
    private ValueTask<int> _arriving;

    /// <summary>How long it has been open.</summary>
    public TimeSpan Age => time.GetElapsedTime(_madeAt);

    /// <summary>How long it has had nothing to do.</summary>
    public TimeSpan IdleFor => time.GetElapsedTime(_idleSince);

    /// <summary>True while nothing came that was not asked for, an end included.</summary>
    public bool IsWaiting => !_arriving.IsCompleted;

    /// <summary>True once a byte has come since the last request.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>How long the server can have worked on the request; nothing where it did not take the whole.</summary>
    public TimeSpan WorkedFor => _isAsked ? time.GetElapsedTime(_askedAt) : TimeSpan.Zero;

    /// <summary>Bytes that came and were not taken yet.</summary>
    public ReadOnlySpan<byte> Arrived => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Waits for the next answer, before there is a request for one.</summary>
    public void AwaitNext()
    {
        (_start, _end, HasAnswered, _isAsked) = (0, 0, false, false);
        _idleSince = time.GetTimestamp();

        // Kept and not awaited here: it is awaited once, behind the next request, or never.
#pragma warning disable CA2012
        _arriving = socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None);
#pragma warning restore CA2012
    }

    /// <summary>Sends a request and reads the head of its answer.</summary>
    /// <exception cref="IOException">The connection was lost, or what came is not HTTP.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<UpstreamAnswer> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var leaving = cancellationToken.UnsafeRegister(static connection => ((Http1Connection)connection!).Dispose(), this);
        _askedAt = time.GetTimestamp();
        try
        {
            var wasTaken = _isAsked = await TryWriteAsync(request);
            var head = await ReadHeadAsync();
            return new Http1Answer(this, head, request.Method, head.KeepsAlive && wasTaken, leaving, cancellationToken);
        }
        catch (Exception fault)
        {
            leaving.Unregister();
            Dispose();
            throw Told(fault, cancellationToken);
        }
    }

    /// <summary>Takes bytes that came beyond what was read before.</summary>
    public int Take(Span<byte> to)
    {
        var count = Math.Min(to.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(to);
        _start += count;
        return count;
    }

    /// <summary>Reads on. Only when nothing is left to take.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    /// <summary>Gives it back, for the next request.</summary>
    public void Return() => pool.Return(this);

    /// <summary>What a fault of the socket is to whoever reads it: a cancellation ends the socket.</summary>
    public static Exception Told(Exception fault, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? new OperationCanceledException(cancellationToken)
        : fault is SocketException or ObjectDisposedException ? new IOException("The connection was lost.", fault)
        : fault;

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>False when the server took not all of it. It may have said why before it closed.</summary>
    private async ValueTask<bool> TryWriteAsync(UpstreamRequest request)
    {
        try
        {
            await WriteAsync(request);
            return true;
        }
        catch (SocketException) when (_arriving.IsCompletedSuccessfully)
        {
            return false;
        }
    }

    private async ValueTask WriteAsync(UpstreamRequest request)
    {
        var content = (RequestContent?)request.Content;
        var buffer = ArrayPool<byte>.Shared.Rent(Http1RequestHead.MostBytes(request) + MostCopied);
        try
        {
            var length = Http1RequestHead.Write(request, content?.Length, buffer);
            for (var i = 0; i < (content?.Pieces.Length ?? 0); i++)
            {
                var piece = content!.Pieces[i];
                if (piece.Length <= buffer.Length - length)
                {
                    piece.CopyTo(buffer.AsMemory(length));
                    length += piece.Length;
                    continue;
                }

                await socket.SendAsync(buffer.AsMemory(0, length), SocketFlags.None);
                await socket.SendAsync(piece, SocketFlags.None);
                length = 0;
            }

            if (length > 0)
            {
                await socket.SendAsync(buffer.AsMemory(0, length), SocketFlags.None);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<Http1Head> ReadHeadAsync()
    {
        var arriving = _arriving;
        while (true)
        {
            var count = await arriving;
            if (count == 0)
            {
                throw new HttpIOException(HttpRequestError.ResponseEnded);
            }

            HasAnswered = true;
            _end += count;
            if (TakeHead() is { } head)
            {
                return head;
            }

            arriving = socket.ReceiveAsync(Room(), SocketFlags.None);
        }
    }

    /// <summary>The head of the answer, if it has come whole. What is told before it (1xx) is passed over.</summary>
    private Http1Head? TakeHead()
    {
        while (Http1Head.LengthOf(Arrived) is > 0 and var length)
        {
            var head = Http1Head.Parse(Arrived[..length]);
            _start += length;
            if (!head.IsInterim)
            {
                return head;
            }
        }

        return null;
    }

    private Memory<byte> Room()
    {
        if (_start > 0)
        {
            Arrived.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == MostHeadBytes)
        {
            throw new HttpIOException(HttpRequestError.ConfigurationLimitExceeded);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        return _buffer.AsMemory(_end);
    }
}
