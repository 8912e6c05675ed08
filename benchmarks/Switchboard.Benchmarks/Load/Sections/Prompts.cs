using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>Long requests with short answers.</summary>
internal static class Prompts
{
    private const int Connections = 8;

    public static void Run(Contenders contenders, LoadOptions options, Report report)
    {
        Report.Table($"Long prompts, {Connections} connections, closed loop",
            ["prompt", .. Cells.RateHeads("requests"), .. Cells.CpuHeads("a request")]);
        foreach (var (name, traffic) in new[] { ("32 KB", Traffic.Prompts32K), ("1 MB", Traffic.Prompts1M) })
        {
            contenders.WarmUp(traffic, Connections, load => load.Run(LoadOptions.WarmUp));
            var rounds = contenders.Compare(traffic, Connections, options.Rounds, load => load.Run(options.Length));
            Report.Row([name, .. Cells.Rates(rounds), .. Cells.Cpus(rounds)]);
            report.Add(Bar.AtMost($"prompts of {name}: CPU, of the pass-through's", 1.15, rounds.Ratio(Cells.Cpu).Median));
        }
    }
}
