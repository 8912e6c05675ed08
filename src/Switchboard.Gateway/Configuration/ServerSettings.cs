namespace Switchboard.Gateway.Configuration;

/// <summary>The <c>server:</c> part of the configuration.</summary>
public sealed record ServerSettings
{
    /// <summary>Where to listen (<c>urls</c>), <c>;</c> between several. Default <c>http://127.0.0.1:8000</c>.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8000";

    /// <summary>The largest request body in megabytes (<c>max_body_mb</c>), 1 to 1024. Default 45.</summary>
    public int MaxBodyMegabytes { get; init; } = 45;

    /// <summary>Refuse members of a request that the specification does not know (<c>strict</c>). Default false.</summary>
    public bool Strict { get; init; }

    /// <summary>The provider of calls that name no model (<c>default_provider</c>). By default the only one that can answer, or <c>openai</c>.</summary>
    public string? DefaultProvider { get; init; }

    /// <summary>Status of an overload (<c>overload_status</c>): 503 or 529. Default 503.</summary>
    public int OverloadStatus { get; init; } = 503;

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

    /// <summary>The word <c>open</c> allows an address beyond loopback without keys (<c>access</c>).</summary>
    public string? Access { get; init; }
}
