using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>Answers in one piece, as fast as the connections go.</summary>
internal static class Unary
{
    public static void Run(Contenders contenders, LoadOptions options, Report report)
    {
        contenders.WarmUp(Traffic.Answers, connections: 16, load => load.Run(LoadOptions.WarmUp));
        Report.Table($"Answers in one piece ({Traffic.Answers.Answer.Length} bytes), closed loop",
            ["connections", .. Cells.RateHeads("requests"), "added p50, µs", "added p99, µs", .. Cells.CpuHeads("a request")]);
        foreach (var connections in new[] { 1, 16, 64 })
        {
            var rounds = contenders.Compare(Traffic.Answers, connections, options.Rounds, load => load.Run(options.Length));
            Report.Row([$"{connections}", .. Cells.Rates(rounds), Cells.Added(rounds, 0.5), Cells.Added(rounds, 0.99), .. Cells.Cpus(rounds)]);
            if (connections == 1)
            {
                report.Add(Bar.AtMost("latency added at one connection, p50", 60, Cells.AddedBy(rounds, rounds.Gateway, 0.5), " µs", "0"));
                report.Add(Bar.AtMost("latency added at one connection, p99", 150, Cells.AddedBy(rounds, rounds.Gateway, 0.99), " µs", "0"));
            }
            else if (connections == 64)
            {
                report.Add(Bar.AtLeast("answers in one piece, 64 connections: rate, of the pass-through's", 0.85, rounds.Ratio(Cells.Rate).Median));
                report.Add(Bar.AtMost("answers in one piece, 64 connections: CPU, of the pass-through's", 1.2, rounds.Ratio(Cells.Cpu).Median));
            }
        }
    }
}
