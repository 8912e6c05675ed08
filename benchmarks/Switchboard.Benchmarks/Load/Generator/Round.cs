using Switchboard.Benchmarks.Load.Figures;

namespace Switchboard.Benchmarks.Load.Generator;

/// <summary>What a round of load saw.</summary>
/// <param name="Latencies">Microseconds from each request to its answer; of a stream, to its first event.</param>
/// <param name="Delays">Microseconds from the sending of an event by the upstream to its arrival, where events tell their time.</param>
/// <param name="Units">How many requests or events were answered.</param>
/// <param name="Elapsed">From the first request to the last answer.</param>
internal sealed record Round(Sample Latencies, Sample Delays, int Units, TimeSpan Elapsed)
{
    /// <summary>User and system time of the server's process.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>The most resident memory that the server's process had, in MB.</summary>
    public double PeakMemory { get; init; }

    public double UnitsPerSecond => Units / Elapsed.TotalSeconds;

    public double CpuMicrosecondsPerUnit => Cpu.TotalMicroseconds / Units;
}
