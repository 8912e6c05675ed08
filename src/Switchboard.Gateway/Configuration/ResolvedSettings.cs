using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.Configuration;

/// <summary>The settings of a provider with the kept secrets in the place of what stands for them.</summary>
/// <param name="Settings">The settings; what is missing stands there as it was.</param>
/// <param name="Missing">The secrets that cannot be had; none where the provider can be asked.</param>
internal sealed record ResolvedSettings(ProviderSettings Settings, IReadOnlyList<MissingSecret> Missing)
{
    private static readonly Secret s_none = new("none");

    /// <summary>The settings with something in the place of what is missing, to make a provider with that is never asked.</summary>
    public ProviderSettings Unasked => Settings.WithSecrets((secret, _) => secret.IsKept ? s_none : secret);

    /// <inheritdoc/>
    public bool Equals(ResolvedSettings? other) => other is not null && Settings == other.Settings && Missing.SequenceEqual(other.Missing);

    /// <inheritdoc/>
    public override int GetHashCode() => Settings.GetHashCode();
}
