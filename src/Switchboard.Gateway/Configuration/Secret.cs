namespace Switchboard.Gateway.Configuration;

/// <summary>A value that must not be seen: every way of printing it gives stars.</summary>
public sealed class Secret : IEquatable<Secret>
{
    private readonly string _text;

    /// <param name="value">The secret itself.</param>
    public Secret(string value) => _text = value;

    private Secret(string name, bool isKept) => (_text, IsKept) = (name, isKept);

    /// <summary>True where it only stands for one that the records keep encrypted.</summary>
    public bool IsKept { get; }

    /// <summary>The name of the one that it stands for; null where it is the secret itself.</summary>
    public string? KeptName => IsKept ? _text : null;

    /// <summary>What stands for a secret that the records keep under a name, <c>${secret:NAME}</c> in the file.</summary>
    public static Secret Kept(string name) => new(name, isKept: true);

    /// <summary>The secret itself, for the one place that sends it.</summary>
    /// <exception cref="InvalidOperationException">It only stands for one that is kept: a name must never be sent as a key.</exception>
    public string Reveal() => IsKept ? throw new InvalidOperationException("This stands for a secret that is kept in the records; only keys of providers can.") : _text;

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && other._text == _text && other.IsKept == IsKept;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => "***";
}
