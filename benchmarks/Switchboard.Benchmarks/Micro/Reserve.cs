using BenchmarkDotNet.Attributes;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does a call pay for its limits in the process: requests and tokens of a minute and a day, reserved and settled?</summary>
public class Reserve
{
    private readonly ISharedCounters _counters = new MemorySharedState(TimeProvider.System).Counters;
    private CounterTake[] _takes = [];

    [GlobalSetup]
    public void SetUp() => _takes =
    [
        new(Counter.Window("rpm:key_benchmark", TimeSpan.FromMinutes(1)), 1, long.MaxValue),
        new(Counter.Window("tpm:key_benchmark", TimeSpan.FromMinutes(1)), 1000, long.MaxValue),
        new(Counter.Window("rpd:key_benchmark", TimeSpan.FromDays(1)), 1, long.MaxValue),
        new(Counter.Window("tpd:key_benchmark", TimeSpan.FromDays(1)), 1000, long.MaxValue),
    ];

    [Benchmark]
    public async ValueTask<ReserveOutcome> Four()
    {
        using var reservation = await _counters.ReserveAsync(_takes);
        return reservation.Outcome;
    }

    [Benchmark]
    public async ValueTask FourSettled()
    {
        var reservation = await _counters.ReserveAsync(_takes);
        reservation.Settle([1, 700, 1, 700]);
    }
}
