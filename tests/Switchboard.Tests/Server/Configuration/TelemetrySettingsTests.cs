using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Server.Configuration;

public sealed class TelemetrySettingsTests
{
    [Fact]
    public void Without_a_word_nothing_is_sent()
    {
        using var folder = new ConfigurationFolder();

        var telemetry = folder.Load().Configuration!.Telemetry;

        Assert.Equal((true, false, false, "switchboard", 1.0, false), (telemetry.Enabled, telemetry.SendsTraces, telemetry.SendsMetrics, telemetry.ServiceName, telemetry.SamplingRatio, telemetry.CaptureContent));
        Assert.Equal(new TelemetrySettings(), telemetry);
    }

    [Fact]
    public void All_of_it_can_be_written_down()
    {
        using var folder = new ConfigurationFolder("""
            telemetry:
              endpoint: https://collector:4318
              traces_endpoint: https://traces/t
              metrics_endpoint: https://metrics/m
              protocol: http/protobuf
              headers: { x-key: "${KEY}" }
              timeout: 2s
              traces: false
              metrics: false
              metrics_interval: 10s
              sampler: always_off
              sampling_ratio: 0.25
              service_name: mine
              resource_attributes: { deployment.environment.name: eu }
              capture_content: true
            """);

        var telemetry = Read(folder, ("KEY", "k"));

        Assert.Equal(
            new TelemetrySettings
            {
                Endpoint = new Uri("https://collector:4318"),
                TracesEndpoint = new Uri("https://traces/t"),
                MetricsEndpoint = new Uri("https://metrics/m"),
                Protocol = OtlpProtocol.Http,
                Headers = new Dictionary<string, Secret> { ["x-key"] = new("k") },
                Timeout = TimeSpan.FromSeconds(2),
                Traces = false,
                Metrics = false,
                MetricsInterval = TimeSpan.FromSeconds(10),
                Sampler = TraceSampler.None,
                SamplingRatio = 0.25,
                ServiceName = "mine",
                ResourceAttributes = new Dictionary<string, string> { ["deployment.environment.name"] = "eu" },
                CaptureContent = true,
            },
            telemetry);
    }

    [Fact]
    public void The_variables_of_OpenTelemetry_mean_the_same()
    {
        using var folder = new ConfigurationFolder();

        var telemetry = Read(
            folder,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces/t"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://metrics/m"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b, x-other=c"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "3000"),
            ("OTEL_TRACES_EXPORTER", "none"),
            ("OTEL_METRICS_EXPORTER", "otlp"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1500"),
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.1"),
            ("OTEL_SERVICE_NAME", "mine"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=eu,service.namespace=ai"));

        Assert.Equal(
            new TelemetrySettings
            {
                Endpoint = new Uri("http://collector:4317"),
                TracesEndpoint = new Uri("http://traces/t"),
                MetricsEndpoint = new Uri("http://metrics/m"),
                Protocol = OtlpProtocol.Grpc,
                Headers = new Dictionary<string, Secret> { ["x-key"] = new("a b"), ["x-other"] = new("c") },
                Timeout = TimeSpan.FromSeconds(3),
                Traces = false,
                MetricsInterval = TimeSpan.FromMilliseconds(1500),
                Sampler = TraceSampler.Ratio,
                SamplingRatio = 0.1,
                ServiceName = "mine",
                ResourceAttributes = new Dictionary<string, string> { ["deployment.environment.name"] = "eu", ["service.namespace"] = "ai" },
            },
            telemetry);
    }

    [Theory]
    [InlineData("OTLP_ENDPOINT", "http://otel-collector:4317", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel-collector:4317", true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://otel-collector:4317", true)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://otel-collector:4317", false)]
    public void An_address_is_enough(string variable, string address, bool sendsTraces)
    {
        using var folder = new ConfigurationFolder();

        Assert.Equal(sendsTraces, Read(folder, (variable, address)).SendsTraces);
        Assert.False(Read(folder, (variable, address), ("OTEL_SDK_DISABLED", "true")) is { SendsTraces: true } or { SendsMetrics: true });
    }

    [Fact]
    public void What_is_written_down_wins()
    {
        using var folder = new ConfigurationFolder("telemetry: { endpoint: http://mine, sampling_ratio: 0.5 }");

        var telemetry = Read(folder, ("OTLP_ENDPOINT", "http://theirs"), ("OTEL_TRACES_SAMPLER_ARG", "1"), ("OTEL_SERVICE_NAME", "theirs"));

        Assert.Equal((new Uri("http://mine"), 0.5, "theirs"), (telemetry.Endpoint, telemetry.SamplingRatio, telemetry.ServiceName));
    }

    [Theory]
    [InlineData("endpoint: collector", "telemetry.endpoint")]
    [InlineData("traces_endpoint: ftp://collector", "telemetry.traces_endpoint")]
    [InlineData("protocol: http/json", "telemetry.protocol")]
    [InlineData("timeout: 1h", "telemetry.timeout")]
    [InlineData("metrics_interval: 1ms", "telemetry.metrics_interval")]
    [InlineData("sampler: sometimes", "telemetry.sampler")]
    [InlineData("sampling_ratio: 2", "telemetry.sampling_ratio")]
    [InlineData("service_name: ' '", "telemetry.service_name")]
    [InlineData("headers: { 'x y': z }", "telemetry.headers")]
    [InlineData("headers: { x: 'y,z' }", "telemetry.headers.x")]
    [InlineData("head: 1", "telemetry.head")]
    public void What_cannot_be_is_refused(string setting, string path)
    {
        using var folder = new ConfigurationFolder($"telemetry: {{ {setting} }}");

        Assert.Equal(path, Assert.Single(folder.Load().Faults).Setting);
    }

    [Fact]
    public void A_fault_of_a_variable_names_it_and_not_its_value()
    {
        using var folder = new ConfigurationFolder();

        var fault = Assert.Single(folder.Load(("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%0Asecret")).Faults);

        Assert.Equal("environment variable OTEL_EXPORTER_OTLP_HEADERS", fault.Where);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    private static TelemetrySettings Read(ConfigurationFolder folder, params IEnumerable<(string, string)> variables)
    {
        var loaded = folder.Load(variables);
        Assert.Empty(loaded.Faults);
        return loaded.Configuration!.Telemetry;
    }
}
