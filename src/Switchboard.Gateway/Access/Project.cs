namespace Switchboard.Gateway.Access;

/// <summary>Keys under one policy: the tenant that everything cached and remembered belongs to.</summary>
public sealed record Project : AccessScope
{
    /// <summary>The team that it is in; null for none.</summary>
    public string? TeamId { get; init; }
}
