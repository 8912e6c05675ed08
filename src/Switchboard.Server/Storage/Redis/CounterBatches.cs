using System.Diagnostics.CodeAnalysis;
using System.Text;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// Brings what calls take and settle to Redis: what gathers while one script is on its way goes together with the next. So a
/// call waits for one round trip, or for the rest of another before it, and a busy gateway asks no more often than a quiet
/// one. The places of this node in concurrent counters are renewed as long as calls run; what Redis has lost is put back
/// with that, and those of a process that was killed are free when their life is over.
/// </summary>
internal sealed class CounterBatches : IAsyncDisposable
{
    /// <summary>The most calls that wait for their answers.</summary>
    public const int MostCalls = 10_000;

    // Of full ones; a call that waits brings one batch at most.
    private const int MostFull = 128;

    private readonly RedisClient _client;
    private readonly RedisKeys _keys;
    private readonly RedisScript _script;
    private readonly TimeProvider _time;
    private readonly Action<Counter> _doubt;
    private readonly byte[] _node = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")[..12]);
    private readonly TimeSpan _life;
    private readonly ITimer _renewing;
    private readonly ITimer _clock;
    private readonly Action<Counter, long> _begin;
    private readonly Func<Counter, long> _tell;
    private readonly Lock _gate = new();
    private readonly RunningCalls _running = new();
    private readonly Queue<CounterBatch> _full = new();
    private CounterBatch _last;
    private CounterBatch? _sent;
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private bool _isTicking;
    private int _calls;

    /// <summary>Nothing has gathered yet.</summary>
    /// <param name="client">The way to Redis.</param>
    /// <param name="keys">How counters are called there.</param>
    /// <param name="script">The script of the counters.</param>
    /// <param name="doubt">Is told of a total of which a settlement may be lost.</param>
    /// <param name="time">The clock.</param>
    public CounterBatches(RedisClient client, RedisKeys keys, RedisScript script, Action<Counter> doubt, TimeProvider time)
    {
        (_client, _keys, _script, _doubt, _time) = (client, keys, script, doubt, time);
        _begin = Begin;
        _tell = Tell;
        _last = new CounterBatch(keys);
        _life = client.Options.LeaseLife;
        _renewing = time.CreateTimer(static batches => ((CounterBatches)batches!).Renew(), this, _life / 4, _life / 4);
        _clock = time.CreateTimer(static batches => ((CounterBatches)batches!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks for counters, without waiting.</summary>
    /// <param name="takes">What to take.</param>
    /// <param name="takesNothing">Whether only to look.</param>
    /// <returns>What waits for its answer; null where Redis is away, or too many wait.</returns>
    public RedisReservation? Ask(ReadOnlyMemory<CounterTake> takes, bool takesNothing = false)
    {
        var call = new RedisReservation(this, takes, takesNothing) { AskedAt = _time.GetTimestamp() };
        lock (_gate)
        {
            if (!_client.IsAvailable || _calls >= MostCalls)
            {
                return null;
            }

            _calls++;
            Last().Ask(call);
            Send();
            if (!_isTicking)
            {
                _isTicking = true;
                var tick = TimeSpan.FromMilliseconds(Math.Clamp(_client.Timeout.TotalMilliseconds / 5, 2, 100));
                _clock.Change(tick, tick);
            }
        }

        return call;
    }

    /// <summary>Sets right what was taken, without waiting.</summary>
    /// <param name="takes">What was taken.</param>
    /// <param name="states">What it was marked with.</param>
    /// <param name="amounts">What was used.</param>
    /// <param name="isTooLate">Whether the call never began: it was granted when nobody waited for it any more.</param>
    public void Settle(ReadOnlySpan<CounterTake> takes, ReadOnlySpan<CounterState> states, ReadOnlySpan<long> amounts, bool isTooLate = false)
    {
        lock (_gate)
        {
            for (var i = 0; i < takes.Length; i++)
            {
                var (counter, change) = (takes[i].Counter, amounts[i] - takes[i].Amount);
                switch (counter.Kind)
                {
                    case CounterKind.Concurrent:
                        EndCall(counter, isTooLate);
                        break;
                    case CounterKind.Window when change != 0:
                        Settle(counter, states[i].Mark, change, Math.Max(0, change));
                        break;

                    // A total is always told: what was taken may have been lost with the making that it was taken from.
                    case CounterKind.Total when change != 0 || amounts[i] != 0:
                        Settle(counter, states[i].Mark, change, amounts[i]);
                        break;
                }
            }

            Send();
        }
    }

    /// <summary>Tells Redis how many calls run here, so that their places live on.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            // When it is back it is told all the same.
            if (!_client.IsAvailable)
            {
                return;
            }

            foreach (var counter in _running.Counters)
            {
                Last().Renew(counter);
            }

            Send();
        }
    }

    /// <summary>Renews no more, and waits for what is on its way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _renewing.DisposeAsync();
        await Task.WhenAny(_sending, Task.Delay(_client.Timeout, _time));
        await _clock.DisposeAsync();
    }

    private CounterBatch Last()
    {
        if (_last.IsFull)
        {
            _full.Enqueue(_last);
            _last = new CounterBatch(_keys);
        }

        return _last;
    }

    private void Settle(Counter counter, long mark, long change, long otherwise)
    {
        if (_full.Count < MostFull)
        {
            Last().Settle(counter, mark, change, otherwise);
        }
        else
        {
            Doubt(counter);
        }
    }

    // A call that never began may be told of already by a renewal that was sent since: Redis is told the number instead.
    private void EndCall(Counter counter, bool isTooLate)
    {
        if (isTooLate)
        {
            _running.Doubt(counter);
            Last().Renew(counter);
        }
        else
        {
            _running.End(counter);
            Settle(counter, 0, -1, 0);
        }
    }

    private void Begin(Counter counter, long calls)
    {
        lock (_gate)
        {
            _running.Begin(counter, calls);
        }
    }

    // Those that have ended with a later batch are still in Redis' number when this one comes.
    private long Tell(Counter counter) => _running.Tell(counter) + _full.Sum(batch => batch.Ending(counter)) + _last.Ending(counter);

    private void Send()
    {
        if (!_isSending && (_full.Count > 0 || !_last.IsEmpty))
        {
            _isSending = true;

            // It outlives the request that happens to begin it, and is none of its work.
            using var noFlow = ExecutionContext.SuppressFlow();
            _sending = SendAsync();
        }
    }

    private async Task SendAsync()
    {
        // Calls that are ready to run come along.
        await Task.Yield();
        while (true)
        {
            using var arguments = new CommandBuffer();
            if (!TryWriteNext(arguments, out var batch))
            {
                return;
            }

            var reply = await _client.CarryAsync(_script, arguments, value => batch.TryRead(value, _begin));
            if (!reply.IsOk || !batch.TryRead(reply.Value, _begin))
            {
                Lose(batch, reply.Fault);
            }

            lock (_gate)
            {
                _calls -= batch.Calls;
            }
        }
    }

    private bool TryWriteNext(CommandBuffer arguments, [NotNullWhen(true)] out CounterBatch? batch)
    {
        lock (_gate)
        {
            while (TryTakeNext(out batch))
            {
                if (!_client.IsAvailable)
                {
                    // Nobody waits for one that answers too late; it is told what was settled all the same.
                    batch.GiveUp(static _ => true);
                }

                if (batch.Write(arguments, _node, _life, _tell))
                {
                    _sent = batch;
                    return true;
                }

                _calls -= batch.Calls;
            }

            _sent = null;
            _isSending = false;
            return false;
        }
    }

    private bool TryTakeNext([NotNullWhen(true)] out CounterBatch? batch)
    {
        if (!_full.TryDequeue(out batch) && !_last.IsEmpty)
        {
            (batch, _last) = (_last, new CounterBatch(_keys));
        }

        return batch is not null;
    }

    // Nobody knows whether it was carried out.
    private void Lose(CounterBatch batch, RedisFault fault)
    {
        lock (_gate)
        {
            foreach (var counter in batch.Doubtful)
            {
                Doubt(counter);
            }

            var given = batch.GiveUp(static _ => true);
            _client.NoteTimeouts(fault == RedisFault.TimedOut ? given : 0);
        }
    }

    private void Doubt(Counter counter)
    {
        if (counter.Kind == CounterKind.Total)
        {
            _doubt(counter);
        }
        else if (counter.Kind == CounterKind.Concurrent)
        {
            _running.Doubt(counter);
        }
    }

    // All wait equally long.
    private void Tick()
    {
        lock (_gate)
        {
            var given = (_sent?.GiveUp(IsDue) ?? 0) + _full.Sum(batch => batch.GiveUp(IsDue)) + _last.GiveUp(IsDue);
            _client.NoteTimeouts(given);
            if (_calls == 0)
            {
                _isTicking = false;
                _clock.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private bool IsDue(RedisReservation call) => _time.GetElapsedTime(call.AskedAt) >= _client.Timeout;
}
