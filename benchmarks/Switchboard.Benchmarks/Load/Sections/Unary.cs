using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Generator;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>Answers in one piece, as fast as the connections go.</summary>
internal static class Unary
{
    public static void Run(Contenders contenders, LoadOptions options, Report report)
    {
        contenders.WarmUp(Traffic.Answers, connections: 16, LoadOptions.WarmUp);
        Report.Table($"Answers in one piece ({Traffic.Answers.Answer.Length} bytes), closed loop",
            "connections", "direct, requests/s", "pass-through", "Switchboard", "ratio (quartiles)", "added p50, µs", "added p99, µs", "CPU µs a request", "CPU ratio (quartiles)");
        foreach (var connections in new[] { 1, 16, 64 })
        {
            var rounds = contenders.Compare(Traffic.Answers, connections, options.Rounds, load => load.Run(options.Length));
            var (rate, cpu) = (rounds.Ratio(Rate), rounds.Ratio(Cpu));
            Report.Row($"{connections}",
                Report.Text($"{Comparison.Median(rounds.Direct, Rate):N0}"), Report.Text($"{Comparison.Median(rounds.PassThrough, Rate):N0}"), Report.Text($"{Comparison.Median(rounds.Gateway, Rate):N0}"),
                Report.Text(rate),
                Added(rounds, 0.5), Added(rounds, 0.99),
                Report.Text($"{Comparison.Median(rounds.PassThrough, Cpu):0.0} → {Comparison.Median(rounds.Gateway, Cpu):0.0}"),
                Report.Text(cpu));
            if (connections == 1)
            {
                report.Add(Bar.AtMost("latency added at one connection, p50", 60, rounds.Added(rounds.Gateway, round => round.Latencies.Quantile(0.5)), " µs", "0"));
                report.Add(Bar.AtMost("latency added at one connection, p99", 150, rounds.Added(rounds.Gateway, round => round.Latencies.Quantile(0.99)), " µs", "0"));
            }
            else if (connections == 64)
            {
                report.Add(Bar.AtLeast("requests a second of the pass-through's, 64 connections", 0.85, rate.Median));
                report.Add(Bar.AtMost("CPU a request of the pass-through's, 64 connections", 1.2, cpu.Median));
            }
        }
    }

    private static double Rate(Round round) => round.UnitsPerSecond;

    private static double Cpu(Round round) => round.CpuMicrosecondsPerUnit;

    private static string Added(Comparison rounds, double quantile) => Report.Text(
        $"{rounds.Added(rounds.PassThrough, round => round.Latencies.Quantile(quantile)):0} → {rounds.Added(rounds.Gateway, round => round.Latencies.Quantile(quantile)):0}");
}
