using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Storage.Redis;

namespace Switchboard.Server.Telemetry;

/// <summary>OpenTelemetry's SDK over the sources and meters of the gateway and of .NET, as the settings have it.</summary>
internal sealed class OtlpExport : IDisposable
{
    private const string Gateway = "Switchboard.Gateway";
    private const string HttpServer = "Microsoft.AspNetCore";
    private const int HttpPort = 4318;

    private static readonly string[] s_meters = [Gateway, RedisAvailability.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private OtlpExport(TracerProvider? traces, MeterProvider? metrics) => (_traces, _metrics) = (traces, metrics);

    /// <summary>Begins to send.</summary>
    /// <param name="settings">What is sent where.</param>
    /// <param name="problem">Is told what the collector does not take.</param>
    public static OtlpExport Start(TelemetrySettings settings, Action<string> problem)
    {
        // Before the server of HTTP is made: its own spans tell method, path and status then.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var resource = ResourceOf(settings);
        var problems = new ExportProblems(problem);
        return new OtlpExport(settings.SendsTraces ? Traces(settings, resource, problems) : null, settings.SendsMetrics ? Metrics(settings, resource, problems) : null);
    }

    /// <summary>Sends what is left.</summary>
    public void Flush(TimeSpan patience)
    {
        var milliseconds = (int)patience.TotalMilliseconds;
        _traces?.ForceFlush(milliseconds);
        _metrics?.ForceFlush(milliseconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static TracerProvider Traces(TelemetrySettings settings, ResourceBuilder resource, ExportProblems problems) => Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(resource)
        .SetSampler(new CallSampler(SamplerOf(settings)))
        .AddSource(Gateway, HttpServer)
        .AddProcessor(new BatchActivityExportProcessor(new ReportingTraceExporter(OptionsOf(settings, settings.TracesEndpoint, "v1/traces"), problems)))
        .Build();

    private static MeterProvider Metrics(TelemetrySettings settings, ResourceBuilder resource, ExportProblems problems) => Sdk.CreateMeterProviderBuilder()
        .SetResourceBuilder(resource)
        .AddMeter(s_meters)
        .AddReader(new PeriodicExportingMetricReader(
            new ReportingMetricExporter(OptionsOf(settings, settings.MetricsEndpoint, "v1/metrics"), problems),
            (int)settings.MetricsInterval.TotalMilliseconds,
            (int)settings.Timeout.TotalMilliseconds))
        .Build();

    private static ResourceBuilder ResourceOf(TelemetrySettings settings) => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddAttributes(settings.ResourceAttributes.Select(attribute => KeyValuePair.Create(attribute.Key, (object)attribute.Value)))
        .AddService(settings.ServiceName, serviceVersion: ProductVersion.Text);

    private static Sampler SamplerOf(TelemetrySettings settings) => settings.Sampler switch
    {
        TraceSampler.All => new AlwaysOnSampler(),
        TraceSampler.None => new AlwaysOffSampler(),
        TraceSampler.Ratio => new TraceIdRatioBasedSampler(settings.SamplingRatio),
        TraceSampler.ParentOrAll => new ParentBasedSampler(new AlwaysOnSampler()),
        TraceSampler.ParentOrNone => new ParentBasedSampler(new AlwaysOffSampler()),
        _ => new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.SamplingRatio)),
    };

    private static OtlpExporterOptions OptionsOf(TelemetrySettings settings, Uri? ofSignal, string path)
    {
        var endpoint = ofSignal ?? settings.Endpoint!;
        var isHttp = (settings.Protocol ?? (endpoint.Port == HttpPort ? OtlpProtocol.Http : OtlpProtocol.Grpc)) == OtlpProtocol.Http;
        return new OtlpExporterOptions
        {
            Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc,
            Endpoint = isHttp && ofSignal is null ? new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}") : endpoint,
            TimeoutMilliseconds = (int)settings.Timeout.TotalMilliseconds,
            Headers = string.Join(',', settings.Headers.Select(header => $"{Uri.EscapeDataString(header.Key)}={Uri.EscapeDataString(header.Value.Reveal())}")),
        };
    }
}
