namespace Switchboard.Gateway.Configuration;

/// <summary>Which names of models a configuration knows without asking anybody.</summary>
internal static class ModelNames
{
    /// <summary>True for a row of the table, for what a row with a <c>*</c> matches, and for <c>provider/model</c>.</summary>
    public static bool IsKnown(string name, GatewayConfiguration configuration) =>
        configuration.Models.ContainsKey(name)
        || SplitPrefix(name, configuration.Providers) is not null
        || configuration.Models.Keys.Any(row => Match(row, name) is not null);

    /// <summary>The provider and the model of <c>provider/model</c>; null where the name is no such, or there is no such provider.</summary>
    public static (string Provider, string Model)? SplitPrefix<T>(string name, IReadOnlyDictionary<string, T> providers)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < name.Length - 1 && name[..slash] is var provider && providers.ContainsKey(provider)
            ? (provider, name[(slash + 1)..])
            : null;
    }

    /// <summary>What the <c>*</c> of a pattern stands for in a name; null where it does not match, or has none.</summary>
    public static string? Match(string pattern, string name)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star >= 0
            && name.Length >= pattern.Length - 1
            && name.AsSpan().StartsWith(pattern.AsSpan(0, star), StringComparison.Ordinal)
            && name.AsSpan().EndsWith(pattern.AsSpan(star + 1), StringComparison.Ordinal)
                ? name[star..(name.Length - (pattern.Length - star - 1))]
                : null;
    }
}
