using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>Streams as fast as they go.</summary>
internal static class FastStreams
{
    public static void Run(Contenders contenders, LoadOptions options, Report report)
    {
        contenders.WarmUp(Traffic.Streams, connections: 16, load => load.Run(LoadOptions.WarmUp));
        Report.Table($"Streams of {Payloads.StreamEvents} events without delay, closed loop",
            ["streams", .. Cells.RateHeads("events"), .. Cells.CpuHeads("an event")]);
        foreach (var connections in new[] { 1, 64 })
        {
            var rounds = contenders.Compare(Traffic.Streams, connections, options.Rounds, load => load.Run(options.Length));
            Report.Row([$"{connections}", .. Cells.Rates(rounds), .. Cells.Cpus(rounds)]);
            if (connections == 64)
            {
                report.Add(Bar.AtLeast("64 streams without delay: events a second, of the pass-through's", 0.9, rounds.Ratio(Cells.Rate).Median));
            }
        }
    }
}
