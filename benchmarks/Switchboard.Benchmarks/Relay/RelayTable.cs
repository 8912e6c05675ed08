using System.Globalization;

namespace Switchboard.Benchmarks.Relay;

/// <summary>The result as Markdown.</summary>
internal static class RelayTable
{
    public static void Head(Traffic traffic) => Console.WriteLine(
        $"""

        **{traffic.Title}**

        | connections | direct, {traffic.Unit}/s | pass-through | Switchboard | ratio (quartiles) | added p50, ms | added p99, ms | CPU ms per 1,000 {traffic.Unit} | CPU ratio |
        |---:|---:|---:|---:|---|---:|---:|---:|---:|
        """);

    public static void Row(int connections, Traffic traffic, Series direct, Series passThrough, Series gateway)
    {
        var (lower, median, upper) = gateway.RatioTo(passThrough);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {connections} | {direct.Rate * traffic.Units:N0} | {passThrough.Rate * traffic.Units:N0} | {gateway.Rate * traffic.Units:N0} "
            + $"| **{median:0.00}** ({lower:0.00} to {upper:0.00}) "
            + $"| {Added(0.5)} | {Added(0.99)} "
            + $"| {passThrough.CpuPerThousand / traffic.Units:0.0} → {gateway.CpuPerThousand / traffic.Units:0.0} | **{gateway.CpuPerThousand / passThrough.CpuPerThousand:0.00}** |"));

        string Added(double quantile) => string.Create(CultureInfo.InvariantCulture,
            $"{passThrough.Latency(quantile) - direct.Latency(quantile):0.00} → {gateway.Latency(quantile) - direct.Latency(quantile):0.00}");
    }
}
