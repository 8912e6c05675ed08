namespace Switchboard.Gateway.Access;

/// <summary>All keys with what holds for each, in memory. Immutable: a change makes a new one that shares what stayed.</summary>
internal sealed class AccessTable
{
    private readonly Dictionary<string, Team> _teams;
    private readonly Dictionary<string, Project> _projects;
    private readonly Dictionary<string, KeyEntry> _keys;
    private readonly Dictionary<KeyHash, FoundKey> _byHash;
    private readonly Dictionary<string, ProjectEntry> _entries = [];

    private AccessTable(long revision, Dictionary<string, Team> teams, Dictionary<string, Project> projects, Dictionary<string, KeyEntry> keys)
    {
        (Revision, _teams, _projects, _keys) = (revision, teams, projects, keys);
        foreach (var project in projects.Values)
        {
            var team = project.TeamId is { } id ? teams.GetValueOrDefault(id) : null;
            if (project.TeamId is null || team is not null)
            {
                _entries.Add(project.Id, new ProjectEntry(project, team));
            }
        }

        _byHash = new Dictionary<KeyHash, FoundKey>(keys.Count);
        foreach (var entry in keys.Values)
        {
            if (entry.Key.GraceUntil is { } until && KeyHash.Read(entry.Key.RotatedFrom) is { } former)
            {
                _byHash.TryAdd(former, new FoundKey(entry, until));
            }
        }

        // The key of today wins over what another one was.
        foreach (var entry in keys.Values)
        {
            if (KeyHash.Read(entry.Key.Hash) is { } hash)
            {
                _byHash[hash] = new FoundKey(entry, null);
            }
        }
    }

    /// <summary>Nothing, and nothing known.</summary>
    public static AccessTable Empty { get; } = new(0, [], [], []);

    /// <summary>The last change that it knows of; 0 where there never was one.</summary>
    public long Revision { get; }

    /// <summary>All that there is: teams, projects, keys.</summary>
    public IEnumerable<AccessScope> Scopes => [.. _teams.Values, .. _projects.Values, .. _keys.Values.Select(entry => entry.Key)];

    /// <summary>Finds a key; false where there is none.</summary>
    public bool TryFind(KeyHash hash, out FoundKey found) => _byHash.TryGetValue(hash, out found);

    /// <summary>A project; null where there is none.</summary>
    public ProjectEntry? FindProject(string id) => _entries.GetValueOrDefault(id);

    /// <summary>All keys.</summary>
    public IEnumerable<KeyEntry> Keys => _keys.Values;

    /// <summary>A key by its id; null where there is none.</summary>
    public KeyEntry? FindById(string id) => _keys.GetValueOrDefault(id);

    /// <summary>The table with some changes.</summary>
    public AccessTable With(AccessChanges changes)
    {
        var teams = Merge(_teams, changes.Teams);
        var projects = Merge(_projects, changes.Projects);
        var rows = Merge(_keys.ToDictionary(pair => pair.Key, pair => pair.Value.Key), changes.Keys);
        var keys = new Dictionary<string, KeyEntry>(rows.Count);
        foreach (var (id, key) in rows)
        {
            var project = key.ProjectId is { } ofProject ? projects.GetValueOrDefault(ofProject) : null;
            var team = project?.TeamId is { } ofTeam ? teams.GetValueOrDefault(ofTeam) : null;

            // What it is in is gone: so is it, whatever its own row says.
            if ((key.ProjectId is null || project is not null) && (project?.TeamId is null || team is not null))
            {
                keys.Add(id, _keys.GetValueOrDefault(id) is { } known && known.Is(key, project, team) ? known : new KeyEntry(key, project, team, _keys.GetValueOrDefault(id)?.Use));
            }
        }

        return new AccessTable(changes.Revision, teams, projects, keys);
    }

    private static Dictionary<string, T> Merge<T>(Dictionary<string, T> known, IReadOnlyList<T> changed)
        where T : AccessScope
    {
        if (changed.Count == 0)
        {
            return known;
        }

        var merged = new Dictionary<string, T>(known);
        foreach (var scope in changed)
        {
            if (scope.IsDeleted)
            {
                merged.Remove(scope.Id);
            }
            else
            {
                merged[scope.Id] = scope;
            }
        }

        return merged;
    }
}

/// <summary>A key that was found.</summary>
/// <param name="Entry">The key.</param>
/// <param name="Until">Until when it is taken, where it is the one from before a rotation; null for the one of today.</param>
internal readonly record struct FoundKey(KeyEntry Entry, DateTimeOffset? Until);
