namespace Switchboard.Gateway.Access;

/// <summary>What a policy holds for: a team, a project in it, a key in that. What one forbids the ones inside cannot allow.</summary>
public abstract record AccessScope
{
    /// <summary>Its id: what it is and a number, such as <c>project_0198…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>What it allows.</summary>
    public AccessPolicy Policy { get; init; } = new();

    /// <summary>When it was made. Set by who keeps it.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last. Set by who keeps it.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The number of its last change, of all changes. Set by who keeps it.</summary>
    public long Revision { get; init; }

    /// <summary>True for what is no more; only seen among changes.</summary>
    public bool IsDeleted { get; init; }
}
