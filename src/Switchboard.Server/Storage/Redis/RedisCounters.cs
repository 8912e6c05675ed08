using System.Runtime.CompilerServices;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// The counters of all gateways at one Redis. While that is away they are those of this process, or refused, as the settings
/// say.
/// </summary>
internal sealed class RedisCounters : ISharedCounters, IAsyncDisposable
{
    /// <summary>What calls are told that are refused because Redis is away.</summary>
    public static readonly TimeSpan RetryIn = TimeSpan.FromSeconds(2);

    // No total was ever made with it: all that was used is added.
    private const long TakenElsewhere = -2;

    private static readonly TimeSpan s_endlessLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_afterlife = TimeSpan.FromHours(1);

    private readonly RedisClient _client;
    private readonly RedisKeys _keys;
    private readonly RedisScript _script;
    private readonly ISharedCounters _local;
    private readonly RedisAvailability _availability;
    private readonly TimeProvider _time;
    private readonly UnsureTotals _unsure = new();
    private readonly UnsureTotals _toldHere = new();
    private readonly CounterBatches _batches;

    public RedisCounters(RedisClient client, RedisKeys keys, RedisScript script, ISharedCounters local, RedisAvailability availability, TimeProvider time)
    {
        _script = script;
        _client = client;
        _keys = keys;
        _local = local;
        _availability = availability;
        _time = time;
        _batches = new CounterBatches(client, keys, script, Doubt, time);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Reservation> ReserveAsync(ReadOnlyMemory<CounterTake> takes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(takes.Length, CounterTake.Most);
        if (!_client.IsTried)
        {
            await _client.WaitForFirstTryAsync(_client.Timeout);
        }

        if (_batches.Ask(takes) is { } reservation && await reservation.Answered)
        {
            return reservation;
        }

        RedisAvailability.Miss(_availability.Handling == UnavailableHandling.Local ? "counted_locally" : "refused");
        return _availability.Handling == UnavailableHandling.Refuse
            ? new UnavailableReservation(takes)
            : new LocalReservation(this, takes, await _local.ReserveAsync(takes));
    }

    /// <inheritdoc/>
    public async ValueTask<CounterState[]> PeekAsync(ReadOnlyMemory<CounterTake> takes)
    {
        if (!_client.IsTried)
        {
            await _client.WaitForFirstTryAsync(_client.Timeout);
        }

        return _batches.Ask(takes, takesNothing: true) is { } look && await look.Answered ? look.States.ToArray() : await _local.PeekAsync(takes);
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
            // What is told now is not true any more in the next outage.
            _toldHere.Add(counter);
            await _local.SeedAsync(counter, value);
        }
    }

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(Counter counter)
    {
        ArgumentNullException.ThrowIfNull(counter);
        await TryForgetAsync(counter);
    }

    /// <summary>
    /// Redis is there, again or at first: it is told what calls run here. Totals of which not all that was spent is known to
    /// have been counted are forgotten: they are asked for again, and the ledger knows.
    /// </summary>
    public void ComeBack()
    {
        _batches.Renew();
        foreach (var counter in _toldHere.TakeAll())
        {
            _ = _local.ForgetAsync(counter).AsTask();
        }

        ForgetUnsure();
    }

    /// <summary>Tells Redis what calls run here.</summary>
    public void Renew() => _batches.Renew();

    /// <summary>What was spent by a call that was counted here: told to Redis' totals, or noted as not counted while it is away.</summary>
    /// <param name="takes">What it took.</param>
    /// <param name="amounts">What it used.</param>
    public void SettleLocal(ReadOnlySpan<CounterTake> takes, ReadOnlySpan<long> amounts)
    {
        for (var i = 0; i < takes.Length; i++)
        {
            if (takes[i].Counter.Kind != CounterKind.Total)
            {
                continue;
            }

            if (_client.IsAvailable)
            {
                _batches.Settle(takes.Slice(i, 1), [new CounterState(0, 0, default, default, TakenElsewhere)], amounts.Slice(i, 1));
            }
            else
            {
                Doubt(takes[i].Counter);
            }
        }
    }

    // Where it is noted as Redis comes back nobody else would look at it before the next outage.
    private void Doubt(Counter total)
    {
        _unsure.Add(total);
        if (_client.IsAvailable)
        {
            ForgetUnsure();
        }
    }

    private void ForgetUnsure()
    {
        foreach (var total in _unsure.TakeAll())
        {
            _ = ForgetUnsureAsync(total);
        }
    }

    private async Task ForgetUnsureAsync(Counter total)
    {
        if (!await TryForgetAsync(total))
        {
            _unsure.Add(total);
        }
    }

    private async Task<bool> TryForgetAsync(Counter counter)
    {
        await _local.ForgetAsync(counter);
        using var command = CommandBuffer.Of("UNLINK");
        _keys.Add(command, counter);
        return (await _client.SendAsync(command)).IsOk;
    }

    /// <summary>Sends what was settled, and renews places no more.</summary>
    public ValueTask DisposeAsync() => _batches.DisposeAsync();
}
