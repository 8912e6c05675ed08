using System.Diagnostics;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// The way to one server: a connection that is opened again when it breaks, and left alone while its server answers too
/// late. While it is away every command fails at once; nobody waits for its deadline again and again.
/// </summary>
internal sealed class RedisClient : IAsyncDisposable
{
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _left;
    private readonly Action _cameBack;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _unwell = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RedisConnection? _open;
    private RedisConnection? _available;
    private Task _running = Task.CompletedTask;
    private int _timeouts;
    private string? _refusal;
    private long _timeout;

    /// <summary>A client that is not connected yet.</summary>
    /// <param name="options">How.</param>
    /// <param name="time">The clock.</param>
    /// <param name="left">Told why, once, when the server is away, and when it cannot be reached at first.</param>
    /// <param name="cameBack">Told when the server is there, again or at first.</param>
    public RedisClient(RedisOptions options, TimeProvider time, Action<string> left, Action cameBack)
    {
        _options = options;
        _time = time;
        _left = left;
        _cameBack = cameBack;
        _timeout = options.Timeout.Ticks;
    }

    /// <summary>How it speaks to its server.</summary>
    public RedisOptions Options => _options;

    /// <summary>Begins to connect.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>How long a command waits for its answer.</summary>
    public TimeSpan Timeout
    {
        get => new(Volatile.Read(ref _timeout));
        set
        {
            Volatile.Write(ref _timeout, value.Ticks);
            _open?.Timeout = value;
        }
    }

    /// <summary>Whether commands are sent.</summary>
    public bool IsAvailable => Volatile.Read(ref _available) is not null;

    /// <summary>Whether the first attempt to connect has ended.</summary>
    public bool IsTried => _tried.Task.IsCompleted;

    /// <summary>Waits for the end of the first attempt to connect, and not longer than that.</summary>
    public async Task WaitForFirstTryAsync(TimeSpan atMost)
    {
        if (!IsTried)
        {
            using var over = new CancellationTokenSource();
            await Task.WhenAny(_tried.Task, Task.Delay(atMost, _time, over.Token));
            await over.CancelAsync();
        }
    }

    /// <summary>Sends a command. Never longer than its deadline, and never an exception.</summary>
    public async ValueTask<RedisReply> SendAsync(CommandBuffer command)
    {
        if (!IsTried)
        {
            await WaitForFirstTryAsync(Timeout);
        }

        return Volatile.Read(ref _available) is { } connection
            ? Note(await connection.SendAsync(command))
            : RedisReply.Failed(RedisFault.NotConnected);
    }

    /// <summary>Runs a script, by its name or, where the server has forgotten it, with its text.</summary>
    /// <param name="script">The script.</param>
    /// <param name="arguments">The number of keys, the keys, the arguments.</param>
    public async ValueTask<RedisReply> RunAsync(RedisScript script, CommandBuffer arguments)
    {
        if (!IsTried)
        {
            await WaitForFirstTryAsync(Timeout);
        }

        return Volatile.Read(ref _available) is { } connection
            ? Note(await RunAsync(connection, script, arguments, null))
            : RedisReply.Failed(RedisFault.NotConnected);
    }

    /// <summary>
    /// Runs a script also at a server that answers too late, as long as there is a connection. What is sent in an order is
    /// carried out in that order. Who waits for it says itself when that was too long (<see cref="NoteTimeouts"/>).
    /// </summary>
    /// <param name="script">The script.</param>
    /// <param name="arguments">The number of keys, the keys, the arguments.</param>
    /// <param name="tooLate">Gets an answer that comes after its time.</param>
    public async ValueTask<RedisReply> CarryAsync(RedisScript script, CommandBuffer arguments, Action<RespValue> tooLate)
    {
        if (Volatile.Read(ref _open) is not { } connection)
        {
            return RedisReply.Failed(RedisFault.NotConnected);
        }

        var reply = await RunAsync(connection, script, arguments, tooLate);
        return reply.Fault == RedisFault.None ? Note(reply) : reply;
    }

    /// <summary>Notes that so many had no answer in time.</summary>
    public void NoteTimeouts(int count)
    {
        if (count > 0 && Interlocked.Add(ref _timeouts, count) >= _options.TimeoutsUntilAway)
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    // Nobody else is to ask it, from this moment on.
    private void Leave()
    {
        Volatile.Write(ref _available, null);
        Volatile.Read(ref _unwell).TrySetResult();
    }

    private RedisReply Note(RedisReply reply)
    {
        if (RedisRefusal.CodeOf(reply) is { } code)
        {
            _refusal = code;
            Leave();
        }
        else if (reply.Fault == RedisFault.None)
        {
            if (Volatile.Read(ref _timeouts) != 0)
            {
                Volatile.Write(ref _timeouts, 0);
            }
        }
        else if (reply.Fault == RedisFault.TimedOut)
        {
            NoteTimeouts(1);
        }

        return reply;
    }

    private static async ValueTask<RedisReply> RunAsync(RedisConnection connection, RedisScript script, CommandBuffer arguments, Action<RespValue>? tooLate)
    {
        var reply = await connection.SendAsync(arguments.Count + 2, script.ByName, arguments.Written, tooLate);
        return reply.Value.IsError("NOSCRIPT") ? await connection.SendAsync(arguments.Count + 2, script.ByText, arguments.Written, tooLate) : reply;
    }

    private async Task RunAsync()
    {
        for (var failures = 0; !_stopping.IsCancellationRequested; failures++)
        {
            try
            {
                await using var connection = await RedisConnector.ConnectAsync(_options with { Timeout = Timeout }, _time, _stopping.Token);
                Volatile.Write(ref _open, connection);
                var since = _time.GetTimestamp();
                await ServeAsync(connection);
                failures = _time.GetElapsedTime(since) > _options.MostBackOff ? 0 : failures;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                // The boundary of work that nobody's request carries. It is tried again, whatever it was.
                _left(fault.Message);
            }
            finally
            {
                Volatile.Write(ref _available, null);
                Volatile.Write(ref _open, null);
                _tried.TrySetResult();
            }

            await BackOffAsync(failures);
        }
    }

    // Until it breaks.
    private async Task ServeAsync(RedisConnection connection)
    {
        using var closing = _stopping.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), _stopped);
        while (true)
        {
            var unwell = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _unwell, unwell);
            Volatile.Write(ref _timeouts, 0);
            _refusal = null;
            Volatile.Write(ref _available, connection);
            _cameBack();
            _tried.TrySetResult();
            await Task.WhenAny(connection.Ended, unwell.Task, _stopped.Task);
            Volatile.Write(ref _available, null);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            if (_refusal is { } code)
            {
                // It may be another server that takes them by now.
                _left(RedisRefusal.ReasonOf(code));
                return;
            }

            _left(connection.Ended.IsCompleted ? ReasonOf(connection) : "it answers too late");
            while (!connection.Ended.IsCompleted && !await AnswersAsync(connection))
            {
                await Task.WhenAny(connection.Ended, _stopped.Task, Task.Delay(_options.ProbeEvery, _time));
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }
            }

            if (connection.Ended.IsCompleted)
            {
                return;
            }
        }
    }

    private static string ReasonOf(RedisConnection connection) => connection.Cause?.Message ?? "the connection was closed";

    private static async Task<bool> AnswersAsync(RedisConnection connection)
    {
        using var ping = CommandBuffer.Of("PING");
        return (await connection.SendAsync(ping)).IsOk;
    }

    private async Task BackOffAsync(int failures)
    {
        var most = Math.Min(_options.LeastBackOff.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 20)), _options.MostBackOff.TotalMilliseconds);

        // So that many gateways do not come back in the same moment.
        var wait = TimeSpan.FromMilliseconds(most * (0.5 + (Random.Shared.NextDouble() / 2)));
        try
        {
            await Task.Delay(wait, _time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            Debug.Assert(_stopping.IsCancellationRequested, "Nothing else cancels it.");
        }
    }
}
