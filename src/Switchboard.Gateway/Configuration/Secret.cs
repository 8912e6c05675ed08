namespace Switchboard.Gateway.Configuration;

/// <summary>A value that must not be seen: every way of printing it gives stars.</summary>
public sealed class Secret(string value) : IEquatable<Secret>
{
    /// <summary>The secret itself, for the one place that sends it.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && other.Reveal() == value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => "***";
}
