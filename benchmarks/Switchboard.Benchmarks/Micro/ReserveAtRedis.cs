using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis;
using Switchboard.Testing.Stores;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does a call pay for its limits at a Redis on loopback: one alone, and of 64 at once?</summary>
public class ReserveAtRedis : IAsyncDisposable
{
    private const int AtOnce = 64;

    private readonly Task<Reservation>[] _reserving = new Task<Reservation>[AtOnce];
    private RedisProcess? _redis;
    private RedisSharedState? _state;
    private CounterTake[] _takes = [];

    [GlobalSetup]
    public async Task SetUp()
    {
        _redis = await RedisProcess.StartAsync();
        var url = RedisUrl.TryParse(_redis.Url, out var parsed, out var fault) ? parsed : throw new InvalidOperationException(fault);
        _state = new RedisSharedState(new RedisOptions(url, TimeSpan.FromSeconds(5)), UnavailableHandling.Refuse, TimeProvider.System, NullLogger.Instance);
        await _state.WaitForFirstTryAsync(TimeSpan.FromSeconds(10));

        // Lua counts to 2^53.
        _takes =
        [
            new(Counter.Window("rpm:key_benchmark", TimeSpan.FromMinutes(1)), 1, 1L << 50),
            new(Counter.Window("tpm:key_benchmark", TimeSpan.FromMinutes(1)), 1000, 1L << 50),
            new(Counter.Window("rpd:key_benchmark", TimeSpan.FromDays(1)), 1, 1L << 50),
            new(Counter.Window("tpd:key_benchmark", TimeSpan.FromDays(1)), 1000, 1L << 50),
        ];
        if (await One() != ReserveOutcome.Granted)
        {
            throw new InvalidOperationException("The reservation was not granted.");
        }
    }

    [Benchmark]
    public async Task<ReserveOutcome> One()
    {
        using var reservation = await _state!.Counters.ReserveAsync(_takes);
        return reservation.Outcome;
    }

    [Benchmark(OperationsPerInvoke = AtOnce)]
    public async Task OneOfMany()
    {
        for (var i = 0; i < AtOnce; i++)
        {
            _reserving[i] = _state!.Counters.ReserveAsync(_takes).AsTask();
        }

        foreach (var reserving in _reserving)
        {
            (await reserving).Dispose();
        }
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await (_state?.DisposeAsync() ?? default);
        await (_redis?.DisposeAsync() ?? default);
        GC.SuppressFinalize(this);
    }
}
