namespace Switchboard.Server.Configuration.Import;

/// <summary>What LiteLLM's router and library settings say of all deployments.</summary>
internal sealed record LiteLlmDefaults
{
    /// <summary>The time to an answer.</summary>
    public string? Timeout { get; init; }

    /// <summary>The silence inside a stream.</summary>
    public string? StreamTimeout { get; init; }

    /// <summary>Whether members that a provider has no place for are dropped.</summary>
    public bool? DropParams { get; init; }

    /// <summary>How many requests a deployment answers at once.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>How deployments share the calls.</summary>
    public string? Strategy { get; init; }

    /// <summary>How many deployments a call is sent to.</summary>
    public int? Attempts { get; init; }

    /// <summary>What keeps calls together.</summary>
    public string? Sticky { get; init; }

    /// <summary>Connections by name that deployments refer to.</summary>
    public IReadOnlyDictionary<string, ImportNode> Credentials { get; init; } = new Dictionary<string, ImportNode>(StringComparer.Ordinal);
}
