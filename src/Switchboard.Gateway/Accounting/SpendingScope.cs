using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.Accounting;

/// <summary>Whose spending is summed.</summary>
public enum SpendingKind
{
    /// <summary>A key's.</summary>
    Key,

    /// <summary>A project's.</summary>
    Project,

    /// <summary>A team's.</summary>
    Team,

    /// <summary>What was spent at a provider.</summary>
    Provider,
}

/// <summary>Somebody whose spending is summed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id, or the provider's name.</param>
public readonly record struct SpendingScope(SpendingKind Kind, string Id)
{
    /// <summary>The word for its kind: <c>key</c>, <c>project</c>, <c>team</c>, <c>provider</c>.</summary>
    public string Word => Kind switch
    {
        SpendingKind.Key => "key",
        SpendingKind.Project => "project",
        SpendingKind.Team => "team",
        _ => "provider",
    };

    /// <summary>What it is called among all of them: <c>key:key_1</c>.</summary>
    public string Name => $"{Word}:{Id}";

    /// <summary>A scope of access.</summary>
    public static SpendingScope Of(AccessScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return new(scope switch { Team => SpendingKind.Team, Project => SpendingKind.Project, _ => SpendingKind.Key }, scope.Id);
    }
}
