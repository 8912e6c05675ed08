using System.Buffers;
using BenchmarkDotNet.Attributes;
using Switchboard.Benchmarks.Load;
using Switchboard.Gateway.Relay;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does reading along in one passing event cost?</summary>
public class StreamTap
{
    private ReadOnlySequence<byte>[] _events = [];

    [GlobalSetup]
    public void SetUp()
    {
        // Between "data: " and the blank line; the last event is [DONE].
        _events = [.. Payloads.Events.SkipLast(1).Select(e => new ReadOnlySequence<byte>(e, 6, e.Length - 8))];
        if (Tap() != 1)
        {
            throw new InvalidOperationException("The tap did not see the choice finish.");
        }
    }

    [Benchmark(OperationsPerInvoke = Payloads.StreamEvents - 1)]
    public int Tap()
    {
        var tap = new AnswerTap(StreamKind.Choices);
        foreach (var data in _events)
        {
            if (tap.Read(data) != TapResult.Useful)
            {
                return -1;
            }
        }
        return tap.Finished;
    }
}
