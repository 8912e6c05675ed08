using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// One connection for all: commands are written behind one another without waiting, and answers come in the same order.
/// What gathers while one write is under way leaves with the next. When it breaks, everyone who waits is told at once.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    /// <summary>The most commands that wait for their answers.</summary>
    public const int MostWaiting = 10_000;

    /// <summary>The most bytes that wait to be sent.</summary>
    private const int MostUnsent = 64 * 1024 * 1024;

    // A buffer that a large value has grown is not kept.
    private const int UsualBuffer = 1024 * 1024;

    private readonly Stream _stream;
    private readonly PipeReader _reader;
    private readonly TimeProvider _time;
    private readonly ITimer _clock;
    private readonly TimeSpan _tick;
    private readonly TimeSpan _longestSilence;
    private readonly Lock _gate = new();
    private readonly Queue<RedisRequest> _waiting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ArrayBufferWriter<byte> _unsent = new(4096);
    private ArrayBufferWriter<byte> _sending = new(4096);
    private bool _isSending;
    private bool _isTicking;
    private bool _isBroken;

    /// <summary>A connection over a stream that is open.</summary>
    /// <param name="stream">The stream; closed with the connection.</param>
    /// <param name="timeout">How long a command waits for its answer.</param>
    /// <param name="longestSilence">How long the server may owe an answer before it is given up.</param>
    /// <param name="time">The clock.</param>
    public RedisConnection(Stream stream, TimeSpan timeout, TimeSpan longestSilence, TimeProvider time)
    {
        _stream = stream;
        _longestSilence = longestSilence;
        _time = time;
        Timeout = timeout;
        _tick = TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds / 5, 2, 100));
        _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        _clock = time.CreateTimer(static connection => ((RedisConnection)connection!).Tick(), this, System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
        _ = ReadAsync();
    }

    /// <summary>How long a command waits for its answer.</summary>
    public TimeSpan Timeout { get; set; }

    /// <summary>Ends when the connection has broken or was closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Why it broke; null where it was closed.</summary>
    public Exception? Cause { get; private set; }

    /// <summary>Sends a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="tooLate">Gets an answer that comes after its time.</param>
    public Task<RedisReply> SendAsync(CommandBuffer command, Action<RespValue>? tooLate = null) =>
        SendAsync(command.Count, default, command.Written, tooLate);

    /// <summary>Sends a command that is in two pieces. Both are copied before this returns.</summary>
    /// <param name="count">How many arguments it has, its name counted.</param>
    /// <param name="head">The first arguments, as they are sent.</param>
    /// <param name="tail">The others.</param>
    /// <param name="tooLate">Gets an answer that comes after its time.</param>
    public Task<RedisReply> SendAsync(int count, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, Action<RespValue>? tooLate)
    {
        var request = new RedisRequest(_time.GetTimestamp(), tooLate);
        bool sends;
        lock (_gate)
        {
            if (_isBroken)
            {
                return Task.FromResult(RedisReply.Failed(RedisFault.NotConnected));
            }

            if (_waiting.Count >= MostWaiting || _unsent.WrittenCount + head.Length + tail.Length > MostUnsent)
            {
                return Task.FromResult(RedisReply.Failed(RedisFault.Busy));
            }

            Write(count, head, tail);
            _waiting.Enqueue(request);
            sends = !_isSending;
            _isSending = true;
            if (!_isTicking)
            {
                _isTicking = true;
                _clock.Change(_tick, _tick);
            }
        }

        if (sends)
        {
            _ = WriteAsync();
        }

        return request.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Break(null);
        await _ended.Task;
    }

    private void Write(int count, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        var start = _unsent.GetSpan(16);
        start[0] = (byte)'*';
        Utf8Formatter.TryFormat(count, start[1..], out var digits);
        "\r\n"u8.CopyTo(start[(1 + digits)..]);
        _unsent.Advance(digits + 3);
        _unsent.Write(head);
        _unsent.Write(tail);
    }

    private async Task WriteAsync()
    {
        try
        {
            for (var isFirst = true; TakeUnsent(); isFirst = false)
            {
                if (!isFirst)
                {
                    // The first write is its caller's; what others have added since is not.
                    await Task.Yield();
                }

                await _stream.WriteAsync(_sending.WrittenMemory);
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            Break(fault);
        }
    }

    private bool TakeUnsent()
    {
        lock (_gate)
        {
            if (_isBroken || _unsent.WrittenCount == 0)
            {
                _isSending = false;
                return false;
            }

            if (_sending.Capacity > UsualBuffer)
            {
                _sending = new(4096);
            }

            _sending.ResetWrittenCount();
            (_unsent, _sending) = (_sending, _unsent);
            return true;
        }
    }

    private async Task ReadAsync()
    {
        Exception? cause = null;
        try
        {
            while (await _reader.ReadAsync() is { IsCompleted: false } read)
            {
                if (LongWork.IsElsewhere((int)Math.Min(read.Buffer.Length, int.MaxValue)))
                {
                    await Task.Yield();
                }

                var rest = read.Buffer;
                while (RespParser.TryRead(ref rest, out var value))
                {
                    Take(value);
                }

                _reader.AdvanceTo(rest.Start, rest.End);
            }

            cause = new IOException("The server closed the connection.");
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or RespException)
        {
            cause = fault;
        }

        Break(cause);
        await _reader.CompleteAsync();
        await _clock.DisposeAsync();
        _ended.TrySetResult();
    }

    private void Take(RespValue value)
    {
        if (value.Kind == RespKind.Push)
        {
            return;
        }

        RedisRequest? request;
        lock (_gate)
        {
            _waiting.TryDequeue(out request);
        }

        (request ?? throw new RespException("An answer came that nobody asked for.")).Answer(value);
    }

    // All wait equally long, so the one that waits longest is the first.
    private void Tick()
    {
        lock (_gate)
        {
            if (!_waiting.TryPeek(out var first))
            {
                _isTicking = false;
                _clock.Change(System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
                return;
            }

            foreach (var request in _waiting)
            {
                if (_time.GetElapsedTime(request.SentAt) < Timeout)
                {
                    break;
                }

                request.GiveUp(RedisFault.TimedOut);
            }

            if (_time.GetElapsedTime(first.SentAt) < _longestSilence)
            {
                return;
            }
        }

        Break(new IOException("The server has been silent for too long."));
    }

    private void Break(Exception? cause)
    {
        RedisRequest[] left;
        lock (_gate)
        {
            if (_isBroken)
            {
                return;
            }

            _isBroken = true;
            Cause = cause;
            left = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var request in left)
        {
            request.GiveUp(RedisFault.Broken);
        }

        _stream.Dispose();
    }
}
