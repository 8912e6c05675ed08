using System.Net;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Access;

/// <summary>A key with what it is in, made ready for use.</summary>
internal sealed class KeyEntry
{
    private readonly Project? _project;
    private readonly Team? _team;
    private readonly Caller _caller;

    public KeyEntry(VirtualKey key, Project? project, Team? team)
    {
        (Key, _project, _team) = (key, project, team);
        AccessScope[] scopes = [.. new AccessScope?[] { team, project, key }.OfType<AccessScope>()];
        _caller = new Caller
        {
            KeyId = key.Id,
            KeyName = key.Name,
            Project = project?.Id,
            Team = team?.Id,
            IsAdministrator = key.IsAdministrator,
            Scopes = scopes,
            Permissions = Permissions.Of([.. scopes.Select(scope => scope.Policy)]),
        };
    }

    /// <summary>The key.</summary>
    public VirtualKey Key { get; }

    /// <summary>Whether it was made of these.</summary>
    public bool Is(VirtualKey key, Project? project, Team? team) =>
        ReferenceEquals(Key, key) && ReferenceEquals(_project, project) && ReferenceEquals(_team, team);

    /// <summary>Who comes with it, or why it is not taken now.</summary>
    public GatewayError? Admit(IPAddress? address, DateTimeOffset now, out Caller caller)
    {
        caller = _caller with { Address = address };
        return Key.Policy.ExpiresAt <= now ? AccessErrors.ExpiredKey
            : Key.Policy.IsDisabled ? AccessErrors.DisabledKey
            : IsShut(_project, now) ? AccessErrors.DisabledProject
            : IsShut(_team, now) ? AccessErrors.DisabledTeam
            : _caller.Permissions.AllowAddress(address) ? null
            : AccessErrors.WrongAddress;
    }

    private static bool IsShut(AccessScope? scope, DateTimeOffset now) => scope is not null && (scope.Policy.IsDisabled || scope.Policy.ExpiresAt <= now);
}
