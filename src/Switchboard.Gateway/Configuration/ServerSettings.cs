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

    /// <summary>How long running requests may go on after Ctrl-C (<c>drain_timeout</c>), 0 s to 1 h. Default 30 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The word <c>open</c> allows an address beyond loopback without keys (<c>access</c>).</summary>
    public string? Access { get; init; }
}
