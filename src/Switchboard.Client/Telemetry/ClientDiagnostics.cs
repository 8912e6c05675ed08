using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Switchboard.Client.Telemetry;

/// <summary>The client's source of spans and its instruments, both named <c>Switchboard.Client</c> (OpenTelemetry's conventions for generative AI).</summary>
internal static class ClientDiagnostics
{
    public const string Name = "Switchboard.Client";

    // What the conventions advise for all times.
    private static readonly InstrumentAdvice<double> s_seconds = new() { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] };
    private static readonly InstrumentAdvice<long> s_tokens = new() { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] };
    private static readonly string? s_version = typeof(ClientDiagnostics).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter s_meter = new(Name, s_version);

    public static ActivitySource Source { get; } = new(Name, s_version);

    public static Histogram<double> Duration { get; } = Times("gen_ai.client.operation.duration", "GenAI operation duration.");

    public static Histogram<double> FirstChunk { get; } = Times("gen_ai.client.operation.time_to_first_chunk", "Time from sending the request to the first chunk of its stream.");

    public static Histogram<double> NextChunk { get; } = Times("gen_ai.client.operation.time_per_output_chunk", "Time between two chunks of a stream.");

    public static Histogram<long> Tokens { get; } = s_meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", advice: s_tokens);

    public static bool IsMeasured => Duration.Enabled || Tokens.Enabled || FirstChunk.Enabled || NextChunk.Enabled;

    private static Histogram<double> Times(string name, string description) => s_meter.CreateHistogram(name, "s", description, advice: s_seconds);
}
