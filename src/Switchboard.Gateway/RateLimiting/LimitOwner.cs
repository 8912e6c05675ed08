using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>Whose limit it is, as metrics and callers are told. No id and no name of anybody's is in it, but the pattern of a model.</summary>
/// <param name="Kind">The word for metrics: one of few.</param>
/// <param name="Words">The words for callers, as in "the limit of …".</param>
internal sealed record LimitOwner(string Kind, string Words)
{
    public static LimitOwner Key { get; } = new("key", "the API key");

    public static LimitOwner Project { get; } = new("project", "the project of the API key");

    public static LimitOwner Team { get; } = new("team", "the team of the API key");

    public static LimitOwner User { get; } = new("user", "this user");

    public static LimitOwner Address { get; } = new("address", "this address");

    public static LimitOwner Provider { get; } = new("provider", "the provider");

    /// <summary>All callers of the models of a pattern.</summary>
    public static LimitOwner Model(string pattern) => new("model", $"the model '{pattern}'");

    /// <summary>A scope of access.</summary>
    public static LimitOwner Of(AccessScope scope) => scope switch { Access.Team => Team, Access.Project => Project, _ => Key };

    /// <summary>The models of a pattern within it.</summary>
    public LimitOwner With(string pattern) => new($"{Kind}_model", $"{Words} for the model '{pattern}'");
}
