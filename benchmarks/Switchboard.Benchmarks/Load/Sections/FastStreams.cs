using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>Streams as fast as they go.</summary>
internal static class FastStreams
{
    public static void Run(Contenders contenders, LoadOptions options, Report report)
    {
        Report.Table($"Streams of {Payloads.StreamEvents} events without delay, closed loop",
            ["upstream sends", "streams", .. Cells.RateHeads("events"), .. Cells.CpuHeads("an event")]);
        foreach (var (name, traffic) in new[] { ("a stream at once", Traffic.Streams), ("event by event", Traffic.Steps) })
        {
            contenders.WarmUp(traffic, connections: 16, load => load.Run(LoadOptions.WarmUp));
            foreach (var connections in new[] { 1, 64 })
            {
                var rounds = contenders.Compare(traffic, connections, options.Rounds, load => load.Run(options.Length));
                Report.Row([name, $"{connections}", .. Cells.Rates(rounds), .. Cells.Cpus(rounds)]);
                // Event by event the load's core is the limit, and the rates say less than the CPU.
                if (connections == 64 && traffic == Traffic.Streams)
                {
                    report.Add(Bar.AtLeast("64 streams without delay: events a second, of the pass-through's", 0.9, rounds.Ratio(Cells.Rate).Median));
                }
            }
        }
    }
}
