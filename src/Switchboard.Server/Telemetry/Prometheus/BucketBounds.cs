using System.Diagnostics.Metrics;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>The bounds of a histogram's buckets: ours for the times of requests, what the instrument advises, or by its unit.</summary>
internal static class BucketBounds
{
    // Those of OpenTelemetry's conventions for generative AI, with two more: models take minutes.
    private static readonly double[] s_seconds = [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68];
    private static readonly double[] s_tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576];
    private static readonly double[] s_bytes = [256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
    private static readonly double[] s_others = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    // They advise what ends at 10 s: the time of most long answers would not be told.
    private static readonly HashSet<string> s_ofRequests = ["http.server.request.duration", "http.client.request.duration"];

    /// <summary>The bounds, ascending.</summary>
    public static double[] Of(Instrument instrument) =>
        s_ofRequests.Contains(instrument.Name) ? s_seconds
        : AdviceOf(instrument) is { Length: > 0 } advice ? advice
        : instrument.Unit switch
        {
            "s" => s_seconds,
            "{token}" => s_tokens,
            "By" => s_bytes,
            _ => s_others,
        };

    private static double[] AdviceOf(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => [.. histogram.Advice?.HistogramBucketBoundaries ?? []],
        Histogram<float> histogram => [.. (histogram.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (double)bound)],
        Histogram<long> histogram => [.. (histogram.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (double)bound)],
        Histogram<int> histogram => [.. (histogram.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (double)bound)],
        _ => [],
    };
}
