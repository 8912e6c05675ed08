using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>Binds the <c>telemetry:</c> part.</summary>
internal static class TelemetryBinder
{
    public static TelemetrySettings Bind(SettingNode? node, ICollection<SettingFault> faults)
    {
        var defaults = new TelemetrySettings();
        if (node is null)
        {
            return defaults;
        }

        var reader = new SettingReader(node, SettingCatalog.TelemetrySettings, faults);
        return new TelemetrySettings
        {
            Enabled = reader.Boolean("enabled", defaults.Enabled),
            Endpoint = reader.Url("endpoint"),
            TracesEndpoint = reader.Url("traces_endpoint"),
            MetricsEndpoint = reader.Url("metrics_endpoint"),
            Protocol = reader.Word<OtlpProtocol?>("protocol", null, ("grpc", OtlpProtocol.Grpc), ("http/protobuf", OtlpProtocol.Http)),
            Headers = reader.Map("headers", value => new Secret(value)),
            Timeout = reader.Duration("timeout", defaults.Timeout),
            Traces = reader.Boolean("traces", defaults.Traces),
            Metrics = reader.Boolean("metrics", defaults.Metrics),
            MetricsInterval = reader.Duration("metrics_interval", defaults.MetricsInterval),
            Sampler = reader.Word(
                "sampler",
                defaults.Sampler,
                ("always_on", TraceSampler.All),
                ("always_off", TraceSampler.None),
                ("traceidratio", TraceSampler.Ratio),
                ("parentbased_always_on", TraceSampler.ParentOrAll),
                ("parentbased_always_off", TraceSampler.ParentOrNone),
                ("parentbased_traceidratio", TraceSampler.ParentOrRatio)),
            SamplingRatio = reader.OptionalNumber("sampling_ratio") ?? defaults.SamplingRatio,
            ServiceName = reader.Text("service_name") ?? defaults.ServiceName,
            ResourceAttributes = reader.Map("resource_attributes", value => value),
            CaptureContent = reader.Boolean("capture_content", defaults.CaptureContent),
        };
    }
}
