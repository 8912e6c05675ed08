namespace Switchboard.Gateway.Access;

/// <summary>What a team, a project or a key allows. Empty means that nothing is forbidden.</summary>
public sealed record AccessPolicy
{
    /// <summary>True where nothing is allowed for now.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>From when on nothing is allowed; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The models that may be asked for, as patterns in which a <c>*</c> stands for anything; empty for all.</summary>
    public IReadOnlyList<string> AllowedModels { get; init; } = [];

    /// <summary>The providers that may answer, as patterns; empty for all.</summary>
    public IReadOnlyList<string> AllowedProviders { get; init; } = [];

    /// <summary>The addresses that may ask, as CIDR (<c>10.0.0.0/8</c>); empty for all.</summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    /// <summary>How much may be asked in which time.</summary>
    public AccessLimits Limits { get; init; } = new();

    /// <summary>How much may be spent in which time, at most one a period.</summary>
    public IReadOnlyList<Budget> Budgets { get; init; } = [];

    /// <summary>Words of the administrator's own, which go into reports.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
