using System.Globalization;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// The places that calls of this process hold in concurrent counters. They are renewed as long as the calls run; what
/// Redis has lost is put back with that. Those of a process that was killed are free when their life is over.
/// </summary>
internal sealed class RedisLeases : IAsyncDisposable
{
    // Of which one command renews.
    private const int ChunkSize = 256;

    private readonly RedisClient _client;
    private readonly RedisKeys _keys;
    private readonly RedisScript _script;
    private readonly string _node = Guid.NewGuid().ToString("N")[..12];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RedisReservation> _held = new(StringComparer.Ordinal);
    private readonly ITimer _renewing;
    private long _ids;

    public RedisLeases(RedisClient client, RedisKeys keys, RedisScript script, TimeProvider time)
    {
        _client = client;
        _keys = keys;
        _script = script;
        Life = client.Options.LeaseLife;
        _renewing = time.CreateTimer(static leases => ((RedisLeases)leases!).Renew(), this, Life / 4, Life / 4);
    }

    /// <summary>How long a lease lives without being renewed.</summary>
    public TimeSpan Life { get; }

    /// <summary>A name for a lease that no other has.</summary>
    public string NewId() => string.Create(CultureInfo.InvariantCulture, $"{_node}.{Interlocked.Increment(ref _ids)}");

    /// <summary>Renews a reservation's lease until it ends.</summary>
    public void Begin(RedisReservation reservation)
    {
        lock (_gate)
        {
            _held.Add(reservation.Lease, reservation);
        }
    }

    /// <summary>Ends a lease with a command, behind which it is not renewed any more.</summary>
    public Task<RedisReply> End(string lease, CommandBuffer settling)
    {
        lock (_gate)
        {
            _held.Remove(lease);
            return _client.Post(_script, settling);
        }
    }

    /// <summary>Renews all.</summary>
    public void Renew()
    {
        string[] leases;
        lock (_gate)
        {
            leases = [.. _held.Keys];
        }

        foreach (var chunk in leases.Chunk(ChunkSize))
        {
            lock (_gate)
            {
                // Those that ended meanwhile must not come back.
                Renew(chunk.Where(_held.ContainsKey).SelectMany(lease => Places(_held[lease])).ToArray());
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _renewing.DisposeAsync();

    private void Renew((Counter Counter, string Lease)[] places)
    {
        if (places.Length == 0)
        {
            return;
        }

        using var arguments = new CommandBuffer().Add(places.Length);
        foreach (var (counter, _) in places)
        {
            _keys.Add(arguments, counter);
        }

        arguments.Add("renew").Add((long)Life.TotalMilliseconds);
        foreach (var (_, lease) in places)
        {
            arguments.Add(lease);
        }

        _ = _client.Post(_script, arguments);
    }

    private static List<(Counter, string)> Places(RedisReservation reservation)
    {
        var counters = new List<(Counter, string)>();
        foreach (var take in reservation.Takes)
        {
            if (take.Counter.Kind == CounterKind.Concurrent)
            {
                counters.Add((take.Counter, reservation.Lease));
            }
        }

        return counters;
    }
}
