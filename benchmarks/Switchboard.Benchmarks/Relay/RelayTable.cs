using System.Globalization;

namespace Switchboard.Benchmarks.Relay;

/// <summary>The result as Markdown.</summary>
internal static class RelayTable
{
    public static void Head(bool stream) => Console.WriteLine(stream
        ? $"""

           **Streams** of {Payloads.StreamEvents} events; latency is the time to the first event

           | connections | direct events/s | pass-through | Switchboard | ratio (least to most) | added p50 ms: pass-through, Switchboard | added p99 ms | CPU ms per 1,000 events |
           |---:|---:|---:|---:|---|---:|---:|---:|
           """
        : $"""

           **Answers in one piece** ({Payloads.Completion.Length} bytes)

           | connections | direct requests/s | pass-through | Switchboard | ratio (least to most) | added p50 ms: pass-through, Switchboard | added p99 ms | CPU ms per 1,000 requests |
           |---:|---:|---:|---:|---|---:|---:|---:|
           """);

    public static void Row(int connections, bool stream, Series direct, Series passThrough, Series gateway)
    {
        var unit = stream ? Payloads.StreamEvents : 1;
        var (least, median, most) = gateway.RatioTo(passThrough);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {connections} | {direct.Rate * unit:N0} | {passThrough.Rate * unit:N0} | {gateway.Rate * unit:N0} "
            + $"| **{median:0.00}** ({least:0.00} to {most:0.00}) "
            + $"| {Added(0.5)} | {Added(0.99)} "
            + $"| {passThrough.CpuPerThousand / unit:0.0}, {gateway.CpuPerThousand / unit:0.0} |"));

        string Added(double quantile) => string.Create(CultureInfo.InvariantCulture,
            $"{passThrough.Latency(quantile) - direct.Latency(quantile):0.00}, {gateway.Latency(quantile) - direct.Latency(quantile):0.00}");
    }
}
