using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// The counters of all gateways at one Redis, one script and one round trip a reservation. While Redis is away they are
/// those of this process, or refused, as the settings say.
/// </summary>
internal sealed class RedisCounters : ISharedCounters, IAsyncDisposable
{
    /// <summary>What calls are told that are refused because Redis is away.</summary>
    public static readonly TimeSpan RetryIn = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_endlessLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_afterlife = TimeSpan.FromHours(1);

    private readonly RedisClient _client;
    private readonly RedisKeys _keys;
    private readonly RedisScript _script;
    private readonly ISharedCounters _local;
    private readonly RedisAvailability _availability;
    private readonly TimeProvider _time;
    private readonly RedisLeases _leases;
    private readonly UnsureTotals _unsure = new();

    public RedisCounters(RedisClient client, RedisKeys keys, RedisScript script, ISharedCounters local, RedisAvailability availability, TimeProvider time)
    {
        _script = script;
        _client = client;
        _keys = keys;
        _local = local;
        _availability = availability;
        _time = time;
        _leases = new RedisLeases(client, keys, script, time);
    }

    /// <summary>The leases of this process.</summary>
    public RedisLeases Leases => _leases;

    /// <inheritdoc/>
    public async ValueTask<Reservation> ReserveAsync(ReadOnlyMemory<CounterTake> takes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(takes.Length, CounterTake.Most);
        var reservation = RedisReservation.Of(this, takes);
        using var arguments = Ask("reserve", reservation.Lease, takes.Span);
        var reply = await _client.RunAsync(_script, arguments, reservation.ComeTooLate);
        if (reply.IsOk)
        {
            return reservation.Read(reply.Value);
        }

        RedisAvailability.Miss(_availability.Handling == UnavailableHandling.Local ? "counted_locally" : "refused");
        return _availability.Handling == UnavailableHandling.Refuse
            ? new UnavailableReservation(takes)
            : new LocalReservation(this, takes, await _local.ReserveAsync(takes));
    }

    /// <inheritdoc/>
    public async ValueTask<CounterState[]> PeekAsync(ReadOnlyMemory<CounterTake> takes)
    {
        using var arguments = Ask("peek", "", takes.Span);
        var reply = await _client.RunAsync(_script, arguments);
        var states = new CounterState[takes.Length];
        return reply.IsOk && RedisReservation.TryRead(reply.Value, takes.Span, states, out _) ? states : await _local.PeekAsync(takes);
    }

    /// <inheritdoc/>
    public async ValueTask SeedAsync(Counter counter, long value)
    {
        ArgumentNullException.ThrowIfNull(counter);
        var life = counter.Until is { } until ? until - _time.GetUtcNow() + s_afterlife : s_endlessLife;
        using var arguments = new CommandBuffer().Add(1);
        _keys.Add(arguments, counter);

        // What Lua can count to.
        arguments.Add("seed").Add(value).Add(Random.Shared.NextInt64(1, 1L << 52)).Add(Math.Max(1, (long)life.TotalMilliseconds));
        if (!(await _client.RunAsync(_script, arguments)).IsOk)
        {
            await _local.SeedAsync(counter, value);
        }
    }

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(Counter counter)
    {
        ArgumentNullException.ThrowIfNull(counter);
        using var command = CommandBuffer.Of("UNLINK");
        _keys.Add(command, counter);
        await _client.SendAsync(command);
        await _local.ForgetAsync(counter);
    }

    /// <summary>
    /// Totals of which not all that was spent is known to have been counted are forgotten: they are asked for again, and
    /// the ledger knows. Called when Redis is back.
    /// </summary>
    public void ForgetUnsure()
    {
        foreach (var counter in _unsure.TakeAll())
        {
            _ = ForgetAsync(counter).AsTask();
        }
    }

    /// <summary>Notes that not all that was spent may have been counted.</summary>
    public void NoteUnsure(ReadOnlySpan<CounterTake> takes)
    {
        foreach (var take in takes)
        {
            if (take.Counter.Kind == CounterKind.Total)
            {
                _unsure.Add(take.Counter);
            }
        }
    }

    /// <summary>Sets right what was taken, without waiting.</summary>
    /// <param name="takes">What was taken.</param>
    /// <param name="states">What it was marked with.</param>
    /// <param name="amounts">What was used.</param>
    /// <param name="lease">The lease; empty for none.</param>
    public void Settle(ReadOnlySpan<CounterTake> takes, ReadOnlySpan<CounterState> states, ReadOnlySpan<long> amounts, string lease)
    {
        using var arguments = new CommandBuffer();
        var changes = Changes(takes, amounts, out var hasTotals);
        if (changes == 0)
        {
            return;
        }

        arguments.Add(changes);
        for (var i = 0; i < takes.Length; i++)
        {
            if (IsChange(takes[i], amounts[i]))
            {
                _keys.Add(arguments, takes[i].Counter);
            }
        }

        arguments.Add("settle").Add(lease);
        for (var i = 0; i < takes.Length; i++)
        {
            if (IsChange(takes[i], amounts[i]))
            {
                arguments.Add(NameOf(takes[i].Counter.Kind)).Add(takes[i].Amount).Add(amounts[i]).Add(WidthOf(takes[i].Counter)).Add(states[i].Mark);
            }
        }

        var settling = lease.Length > 0 ? _leases.End(lease, arguments) : _client.Post(_script, arguments);
        if (hasTotals)
        {
            _ = ObserveAsync(settling, takes.ToArray());
        }
    }

    /// <summary>Whether Redis is there.</summary>
    public bool IsAvailable => _client.IsAvailable;

    /// <summary>Renews leases no more.</summary>
    public ValueTask DisposeAsync() => _leases.DisposeAsync();

    private async Task ObserveAsync(Task<RedisReply> settling, CounterTake[] takes)
    {
        if (!(await settling).IsOk)
        {
            NoteUnsure(takes);
        }
    }

    private CommandBuffer Ask(string what, string lease, ReadOnlySpan<CounterTake> takes)
    {
        var arguments = new CommandBuffer().Add(takes.Length);
        foreach (var take in takes)
        {
            _keys.Add(arguments, take.Counter);
        }

        arguments.Add(what).Add(lease).Add((long)_leases.Life.TotalMilliseconds);
        foreach (var take in takes)
        {
            var amount = what == "peek" ? 0 : take.Counter.Kind == CounterKind.Concurrent ? 1 : take.Amount;
            arguments.Add(NameOf(take.Counter.Kind)).Add(amount).Add(take.Limit).Add(WidthOf(take.Counter));
        }

        return arguments;
    }

    private static int Changes(ReadOnlySpan<CounterTake> takes, ReadOnlySpan<long> amounts, out bool hasTotals)
    {
        var changes = 0;
        hasTotals = false;
        for (var i = 0; i < takes.Length; i++)
        {
            changes += IsChange(takes[i], amounts[i]) ? 1 : 0;
            hasTotals |= takes[i].Counter.Kind == CounterKind.Total;
        }

        return changes;
    }

    // A total is always told: what was taken may have been lost with the making that it was taken from.
    private static bool IsChange(in CounterTake take, long used) => take.Counter.Kind switch
    {
        CounterKind.Concurrent => true,
        CounterKind.Window => used != take.Amount,
        _ => used != 0 || take.Amount != 0,
    };

    private static string NameOf(CounterKind kind) => kind switch
    {
        CounterKind.Window => "window",
        CounterKind.Concurrent => "concurrent",
        _ => "total",
    };

    private static long WidthOf(Counter counter) => counter.Kind switch
    {
        CounterKind.Window => counter.Step.Ticks / TimeSpan.TicksPerMicrosecond,
        CounterKind.Total when counter.Until is { } until => (until - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        _ => 0,
    };
}
