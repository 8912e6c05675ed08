namespace Switchboard.Gateway.Configuration;

/// <summary>The <c>server:</c> part of the configuration.</summary>
public sealed record ServerSettings
{
    private readonly int? _overloadStatus;

    /// <summary>Where to listen (<c>urls</c>), <c>;</c> between several. Default <c>http://127.0.0.1:8000</c>.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8000";

    /// <summary>The largest request body in megabytes (<c>max_body_mb</c>), 1 to 1024. Default 45.</summary>
    public int MaxBodyMegabytes { get; init; } = 45;

    /// <summary>Refuse what the specification does not know or allow in a request (<c>strict</c>). Default false.</summary>
    public bool Strict { get; init; }

    /// <summary>Leave out what would be refused as unsupported or unknown, and name it in <c>x-switchboard-dropped</c> (<c>drop_unsupported</c>). Default false.</summary>
    public bool DropUnsupported { get; init; }

    /// <summary>Whose habits the surface has where servers of the API differ (<c>compat</c>). Default OpenAI's.</summary>
    public ApiCompat Compat { get; init; }

    /// <summary>Mark the end of a stream that ends with an error, too (<c>done_after_error</c>). Default false, as OpenAI.</summary>
    public bool DoneAfterError { get; init; }

    /// <summary>What stands for what requests for text leave out (<c>defaults</c>).</summary>
    public RequestDefaults? Defaults { get; init; }

    /// <summary>The provider of calls that name no model (<c>default_provider</c>). By default the only one that can answer, or <c>openai</c>.</summary>
    public string? DefaultProvider { get; init; }

    /// <summary>Status of an overload (<c>overload_status</c>): 503 or 529. Default 503, or what <see cref="Compat"/> is used to.</summary>
    public int OverloadStatus
    {
        get => _overloadStatus ?? (Compat == ApiCompat.Dynamo ? 529 : 503);
        init => _overloadStatus = value;
    }

    /// <summary>How many requests run at once (<c>max_concurrency</c>), 1 to 1,000,000. Default 10,000.</summary>
    public int MaxConcurrency { get; init; } = 10_000;

    /// <summary>How many more may wait for their turn (<c>max_queue</c>), 0 to 1,000,000; others are sent away at once. Default 1,000.</summary>
    public int MaxQueue { get; init; } = 1_000;

    /// <summary>How long a request may wait for its turn, here or at a deployment or provider (<c>queue_timeout</c>), 0 s to 10 min. Default 30 s.</summary>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The silence after which a stream gets a comment (<c>heartbeat</c>), 100 ms to 1 h, or 0 s for never. Default 15 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long running requests may go on after Ctrl-C (<c>drain_timeout</c>), 0 s to 1 h. Default 30 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether servers of models are looked for on the usual loopback ports at start (<c>discover</c>). Default only where there is no file.</summary>
    public bool? Discover { get; init; }

    /// <summary>The proxies whose <c>X-Forwarded-For</c> is believed (<c>trusted_proxies</c>), as CIDR (<c>10.0.0.0/8</c>) or single addresses. Default none.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>Whether the web console is served at <c>/console/</c> (<c>console</c>). Default true.</summary>
    public bool Console { get; init; } = true;

    /// <summary>Who may read <c>/metrics</c> (<c>metrics</c>). Default administrators.</summary>
    public MetricsAccess Metrics { get; init; }

    /// <summary>The most series of one metric (<c>metrics_max_series</c>), 100 to 1,000,000; what is beyond is counted together. Default 20,000.</summary>
    public int MetricsMaxSeries { get; init; } = 20_000;

    /// <summary>The word <c>open</c> allows an address beyond loopback without keys (<c>access</c>).</summary>
    public string? Access { get; init; }
}
