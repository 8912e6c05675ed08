using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Switchboard.Client.Transport;

/// <summary>A websocket with a queue either way, opened again where it broke, if that is wanted. One task reads, another writes.</summary>
internal sealed partial class WebSocketChannel : IAsyncDisposable
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly ISocketSource _source;
    private readonly SocketOptions _options;
    private readonly TimeProvider _time;
    private readonly ByteBudget _sendRoom;
    private readonly ByteBudget _receiveRoom;
    private readonly Channel<PooledBuffer> _outgoing = Channel.CreateUnbounded<PooledBuffer>(new() { SingleReader = true });
    private readonly Channel<SocketMessage> _incoming = Channel.CreateUnbounded<SocketMessage>(new() { SingleWriter = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _run;
    private volatile WebSocketLink _link;
    private PooledBuffer? _unsent;
    private Exception? _fault;
    private int _attempts;
    private int _isRead;

    private WebSocketChannel(ISocketSource source, SocketOptions options, TimeProvider time, WebSocket socket)
    {
        _source = source;
        _options = options;
        _time = time;
        _sendRoom = new ByteBudget(options.SendQueueBytes);
        _receiveRoom = new ByteBudget(options.ReceiveQueueBytes);
        _link = LinkOf(socket);
        _run = RunAsync();
    }

    /// <exception cref="ApiException">The connection cannot be opened.</exception>
    public static async Task<WebSocketChannel> OpenAsync(ISocketSource source, SocketOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        new(source, options, time, await source.ConnectAsync(again: false, cancellationToken).ConfigureAwait(false));

    /// <summary>Queues an event, which is the channel's from now on; waits while the queue is full.</summary>
    /// <exception cref="ObjectDisposedException">The channel was closed here.</exception>
    /// <exception cref="ApiConnectionException">It was closed there, or broke.</exception>
    public async ValueTask SendAsync(PooledBuffer message, CancellationToken cancellationToken)
    {
        try
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            var size = message.Length;
            if (!await _sendRoom.TakeAsync(size, cancellationToken).ConfigureAwait(false) || !_outgoing.Writer.TryWrite(message))
            {
                ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
                throw _fault ?? new ApiSocketClosedException($"The server closed {_source.Name}: nothing can be sent any more.", (int)WebSocketCloseStatus.NormalClosure, null);
            }
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    /// <summary>What comes, until the connection is closed.</summary>
    /// <exception cref="InvalidOperationException">Another loop is reading.</exception>
    /// <exception cref="ApiException">The connection ended otherwise than well.</exception>
    public async IAsyncEnumerable<SocketMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isRead, 1) != 0)
        {
            throw new InvalidOperationException("A connection is read by one loop at a time.");
        }

        try
        {
            while (await _incoming.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (!cancellationToken.IsCancellationRequested && _incoming.Reader.TryRead(out var message))
                {
                    _receiveRoom.Release(message.Body?.Length ?? 0);
                    yield return message;
                }
            }
        }
        finally
        {
            Volatile.Write(ref _isRead, 0);
        }
    }

    /// <summary>Sends what waits, closes the connection, and breaks it when the server does not close it too within 2 seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _sendRoom.End();
        _receiveRoom.End();
        _outgoing.Writer.TryComplete();
        try
        {
            await _run.WaitAsync(s_farewell, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _link.Abort();
            await _run.ConfigureAwait(false);
        }
    }

    private WebSocketLink LinkOf(WebSocket socket) => new(socket, _source.Name, _options.MaxMessageBytes);

    /// <summary>Connection after connection, until one ends for good.</summary>
    private async Task RunAsync()
    {
        try
        {
            IReadOnlyList<PooledBuffer> first = [];
            while (true)
            {
                var end = await UseAsync(first).ConfigureAwait(false);
                if (_closing.IsCancellationRequested || _options.Reconnect?.IsFor(end) is not true)
                {
                    _fault = end is ApiSocketClosedException { IsNormal: true } ? null : end;
                    break;
                }

                first = await ReconnectAsync(_options.Reconnect, end).ConfigureAwait(false);
                _incoming.Writer.TryWrite(new SocketMessage(null, _attempts));
            }
        }
        catch (Exception fault)
        {
            // Every fault is the readers' and senders' to see, one of the user's hook too.
            _fault = fault;
        }
        finally
        {
            // What was closed here has none.
            _fault = _closing.IsCancellationRequested ? null : _fault;
            _outgoing.Writer.TryComplete();
            _sendRoom.End();
            _incoming.Writer.TryComplete(_fault);
            _link.Dispose();
        }
    }

    /// <summary>Reads and writes one connection until it ends.</summary>
    /// <returns>Why it ended.</returns>
    private async Task<ApiConnectionException> UseAsync(IReadOnlyList<PooledBuffer> first)
    {
        using var stop = new CancellationTokenSource();
        var writing = WriteAllAsync(first, stop.Token);
        var end = await ReadAllAsync().ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        return end;
    }

    private async Task<ApiConnectionException> ReadAllAsync()
    {
        while (true)
        {
            var (message, end) = await _link.ReadAsync().ConfigureAwait(false);
            if (message is null)
            {
                using var farewell = new CancellationTokenSource(s_farewell, _time);
                await _link.FinishAsync(end is ApiSocketClosedException ? WebSocketCloseStatus.NormalClosure : WebSocketCloseStatus.MessageTooBig, farewell.Token).ConfigureAwait(false);
                return end!;
            }

            _attempts = 0;
            if (await _receiveRoom.TakeAsync(message.Length, CancellationToken.None).ConfigureAwait(false))
            {
                _incoming.Writer.TryWrite(new SocketMessage(message));
            }
            else
            {
                // Closing: only the other's close is still of interest.
                message.Dispose();
            }
        }
    }

    /// <summary>Writes what is queued, in order, until the connection breaks: then the reader knows why, and what was not sent waits for the next connection.</summary>
    private async Task WriteAllAsync(IReadOnlyList<PooledBuffer> first, CancellationToken stop)
    {
        try
        {
            foreach (var message in first)
            {
                using (message)
                {
                    await _link.WriteAsync(message.WrittenMemory, stop).ConfigureAwait(false);
                }
            }

            while (_unsent is not null || await _outgoing.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                if (_unsent is null && !_outgoing.Reader.TryRead(out _unsent))
                {
                    continue;
                }

                if (!await _link.WriteAsync(_unsent.WrittenMemory, stop).ConfigureAwait(false))
                {
                    return;
                }

                _sendRoom.Release(_unsent.Length);
                _unsent.Dispose();
                _unsent = null;
            }

            await _link.FinishAsync(WebSocketCloseStatus.NormalClosure, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The connection has ended while there was nothing to write.
        }
    }

    /// <summary>Opens the connection again.</summary>
    /// <returns>What to send first.</returns>
    /// <exception cref="ApiException">It did not succeed, or the hook gave up.</exception>
    private async Task<IReadOnlyList<PooledBuffer>> ReconnectAsync(ReconnectOptions policy, ApiException end)
    {
        while (true)
        {
            if (++_attempts > policy.MaxAttempts)
            {
                throw end;
            }

            await Task.Delay(policy.DelayBefore(_attempts), _time, _closing.Token).ConfigureAwait(false);
            var first = await _source.PrepareAsync(_attempts, end, _closing.Token).ConfigureAwait(false) ?? throw end;
            try
            {
                var socket = await _source.ConnectAsync(again: true, _closing.Token).ConfigureAwait(false);
                _link.Dispose();
                _link = LinkOf(socket);
                return first;
            }
            catch (ApiException fault) when (fault.IsTransient)
            {
                end = fault;
            }
        }
    }
}
