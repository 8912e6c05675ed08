namespace Switchboard.Gateway.Access;

/// <summary>A key that callers send. The key itself is shown once, when it is made; here is only what it is known by.</summary>
public sealed record VirtualKey : AccessScope
{
    /// <summary>The SHA-256 of the key, 64 lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <summary>The first letters of the key, for people to know it by.</summary>
    public required string Head { get; init; }

    /// <summary>The last letters of the key.</summary>
    public required string Tail { get; init; }

    /// <summary>The project that it is in; null for none.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Whether it opens the admin API.</summary>
    public bool IsAdministrator { get; init; }

    /// <summary>The hash that it had before it was rotated; null where it never was.</summary>
    public string? RotatedFrom { get; init; }

    /// <summary>Until when the key of <see cref="RotatedFrom"/> is taken, too.</summary>
    public DateTimeOffset? GraceUntil { get; init; }

    /// <summary>When it was used last, to about a minute; null for never. Not set by a change.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
