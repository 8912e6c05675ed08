using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Switchboard.Server.Telemetry;

/// <summary>Leaves the probes of load balancers and scrapers out, of which there are more than calls; for all else asks another.</summary>
internal sealed class CallSampler(Sampler others) : Sampler
{
    private static readonly HashSet<string> s_probes = ["/health", "/live", "/ready", "/metrics"];

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Kind == ActivityKind.Server && IsProbe(samplingParameters.Tags) ? new SamplingResult(SamplingDecision.Drop) : others.ShouldSample(samplingParameters);

    private static bool IsProbe(IEnumerable<KeyValuePair<string, object?>>? tags) =>
        tags?.Any(tag => tag is { Key: "url.path", Value: string path } && s_probes.Contains(path)) is true;
}
