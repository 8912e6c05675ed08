namespace Switchboard.Gateway.Configuration;

/// <summary>Where traces and metrics go, the <c>telemetry:</c> part. Without an endpoint they go nowhere.</summary>
public sealed record TelemetrySettings
{
    /// <summary>Whether anything is sent (<c>enabled</c>, <c>OTEL_SDK_DISABLED</c> turned round). Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The collector's address (<c>endpoint</c>); over HTTP the path of each signal is put after it. Null for none. Default null.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The address for traces alone, taken as it is (<c>traces_endpoint</c>). Default null.</summary>
    public Uri? TracesEndpoint { get; init; }

    /// <summary>The address for metrics alone, taken as it is (<c>metrics_endpoint</c>). Default null.</summary>
    public Uri? MetricsEndpoint { get; init; }

    /// <summary>What is spoken (<c>protocol</c>); null for HTTP where the port is 4318, and gRPC elsewhere. Default null.</summary>
    public OtlpProtocol? Protocol { get; init; }

    /// <summary>Headers of what is sent, such as a key of the collector's (<c>headers</c>).</summary>
    public IReadOnlyDictionary<string, Secret> Headers { get; init => field = ValueMap<Secret>.Of(value); } = ValueMap<Secret>.Empty;

    /// <summary>How long one sending may take (<c>timeout</c>), 100 ms to 1 min. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether traces are sent (<c>traces</c>). Default true.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>Whether metrics are sent (<c>metrics</c>). Default true.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>How often metrics are sent (<c>metrics_interval</c>), 100 ms to 1 h. Default 1 min.</summary>
    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Which traces are kept (<c>sampler</c>). Default <see cref="TraceSampler.ParentOrRatio"/>.</summary>
    public TraceSampler Sampler { get; init; } = TraceSampler.ParentOrRatio;

    /// <summary>The share of traces that samplers with a ratio keep (<c>sampling_ratio</c>), 0 to 1. Default 1.</summary>
    public double SamplingRatio { get; init; } = 1;

    /// <summary>What the gateway is called (<c>service_name</c>). Default <c>switchboard</c>.</summary>
    public string ServiceName { get; init; } = "switchboard";

    /// <summary>What else is told of it (<c>resource_attributes</c>), such as <c>deployment.environment.name</c>.</summary>
    public IReadOnlyDictionary<string, string> ResourceAttributes { get; init => field = ValueMap<string>.Of(value); } = ValueMap<string>.Empty;

    /// <summary>Whether spans carry what was asked and answered, without secrets (<c>capture_content</c>). Default false.</summary>
    public bool CaptureContent { get; init; }

    /// <summary>Traces are sent somewhere.</summary>
    public bool SendsTraces => Enabled && Traces && (TracesEndpoint ?? Endpoint) is not null;

    /// <summary>Metrics are sent somewhere.</summary>
    public bool SendsMetrics => Enabled && Metrics && (MetricsEndpoint ?? Endpoint) is not null;
}

/// <summary>How OTLP is spoken.</summary>
public enum OtlpProtocol
{
    /// <summary>gRPC over HTTP/2, usually at port 4317 (<c>grpc</c>).</summary>
    Grpc,

    /// <summary>Protocol buffers over HTTP, usually at port 4318 (<c>http/protobuf</c>).</summary>
    Http,
}

/// <summary>Which traces are kept, in the words of <c>OTEL_TRACES_SAMPLER</c>.</summary>
public enum TraceSampler
{
    /// <summary>All (<c>always_on</c>).</summary>
    All,

    /// <summary>None (<c>always_off</c>).</summary>
    None,

    /// <summary>A share (<c>traceidratio</c>).</summary>
    Ratio,

    /// <summary>What the caller keeps, and of its own all (<c>parentbased_always_on</c>).</summary>
    ParentOrAll,

    /// <summary>What the caller keeps, and of its own none (<c>parentbased_always_off</c>).</summary>
    ParentOrNone,

    /// <summary>What the caller keeps, and of its own a share (<c>parentbased_traceidratio</c>).</summary>
    ParentOrRatio,
}
