using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Server.Storage.Redis;

/// <summary>The shared state of all gateways at one Redis (or Valkey).</summary>
internal sealed class RedisSharedState : ISharedState
{
    private readonly MemorySharedState _local;
    private readonly RedisAvailability _availability;
    private readonly RedisClient _client;
    private readonly RedisCounters _counters;

    /// <summary>Begins to connect.</summary>
    /// <param name="options">How.</param>
    /// <param name="handling">What becomes of limits while Redis is away.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told when Redis goes and when it comes back.</param>
    /// <param name="counters">The script of the counters; ours unless a test has another clock.</param>
    public RedisSharedState(RedisOptions options, UnavailableHandling handling, TimeProvider time, ILogger logger, RedisScript? counters = null)
    {
        _local = new MemorySharedState(time);
        _availability = new RedisAvailability($"{options.Url.Host}:{options.Url.Port}", logger) { Handling = handling };
        _client = new RedisClient(options, time, _availability.Leave, ComeBack);
        var keys = new RedisKeys(options.Url.Prefix);
        _counters = new RedisCounters(_client, keys, counters ?? RedisScript.Counters, _local.Counters, _availability, time);
        Cache = new RedisCache(_client, keys);
        Locks = new RedisLocks(_client, keys, _local.Locks);
        _client.Start();
    }

    /// <inheritdoc/>
    public ISharedCounters Counters => _counters;

    /// <inheritdoc/>
    public ISharedCache Cache { get; }

    /// <inheritdoc/>
    public ISharedLocks Locks { get; }

    /// <summary>Whether Redis is there.</summary>
    public bool IsAvailable => _client.IsAvailable;

    /// <summary>Takes what may change while it runs.</summary>
    public void Apply(TimeSpan timeout, UnavailableHandling handling)
    {
        _client.Timeout = timeout;
        _availability.Handling = handling;
    }

    /// <summary>Waits until it is known whether Redis is there.</summary>
    public Task WaitForFirstTryAsync(TimeSpan atMost) => _client.WaitForFirstTryAsync(atMost);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _counters.DisposeAsync();
        await _client.DisposeAsync();
        await _local.DisposeAsync();
    }

    private void ComeBack()
    {
        _availability.Return();
        _counters.ComeBack();
    }
}
