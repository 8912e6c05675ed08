using System.Diagnostics.Metrics;

namespace Switchboard.Gateway.Telemetry;

/// <summary>The instruments of OpenTelemetry's conventions for generative AI, and those of older names beside them.</summary>
internal static class GenAIMetrics
{
    // What the conventions advise.
    private static readonly InstrumentAdvice<double> s_seconds = new() { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] };
    private static readonly InstrumentAdvice<double> s_firstToken = new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] };
    private static readonly InstrumentAdvice<double> s_perToken = new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5] };
    private static readonly InstrumentAdvice<long> s_tokens = new() { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] };

    private static readonly Meter s_meter = new(GatewayTelemetry.Name);

    /// <summary>One attempt at a provider.</summary>
    public static Histogram<double> ClientDuration { get; } = Times("gen_ai.client.operation.duration", "Duration of an attempt at a provider.", s_seconds);

    /// <summary>The tokens of one attempt, by <c>gen_ai.token.type</c>.</summary>
    public static Histogram<long> ClientTokens { get; } = s_meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Tokens of the prompt and of the answer, as the provider counted them.", advice: s_tokens);

    /// <summary>One call, from its caller's side.</summary>
    public static Histogram<double> ServerDuration { get; } = Times("gen_ai.server.request.duration", "Duration of a call through the gateway.", s_seconds);

    /// <summary>How soon a stream began.</summary>
    public static Histogram<double> FirstToken { get; } = Times("gen_ai.server.time_to_first_token", "Time to the first token of a stream.", s_firstToken);

    /// <summary>How fast it went on.</summary>
    public static Histogram<double> PerOutputToken { get; } = Times("gen_ai.server.time_per_output_token", "Time for each token of a stream after its first.", s_perToken);

    /// <summary>Calls, by the name of old.</summary>
    public static Counter<long> RequestCount { get; } = s_meter.CreateCounter<long>("ai.request.count", "{request}", "Calls; a name kept for dashboards that have it.");

    /// <summary>Their durations, by the name of old.</summary>
    public static Histogram<double> RequestDuration { get; } = Times("ai.request.duration", "Duration of a call; a name kept for dashboards that have it.", s_seconds);

    /// <summary>The tokens of a call, by the name of old.</summary>
    public static Histogram<long> TokenUsage { get; } = s_meter.CreateHistogram("ai.token.usage", "{token}", "Tokens of a call, prompt and answer together; a name kept for dashboards that have it.", advice: s_tokens);

    /// <summary>Somebody reads any of those of calls.</summary>
    public static bool AreCallsRead => ServerDuration.Enabled || FirstToken.Enabled || PerOutputToken.Enabled || RequestCount.Enabled || RequestDuration.Enabled || TokenUsage.Enabled;

    /// <summary>Somebody reads any of those of attempts.</summary>
    public static bool AreAttemptsRead => ClientDuration.Enabled || ClientTokens.Enabled;

    private static Histogram<double> Times(string name, string description, InstrumentAdvice<double> advice) =>
        s_meter.CreateHistogram(name, "s", description, advice: advice);
}
