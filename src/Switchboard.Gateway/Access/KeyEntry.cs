using System.Net;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Access;

/// <summary>A key with what it is in, made ready for use.</summary>
internal sealed class KeyEntry
{
    private readonly Project? _project;
    private readonly Team? _team;
    private readonly Caller _caller;

    public KeyEntry(VirtualKey key, Project? project, Team? team, KeyUse? use)
    {
        (Key, _project, _team, Use) = (key, project, team, use ?? new KeyUse());
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

    /// <summary>When it was used; what is changed in the key goes on with the same.</summary>
    public KeyUse Use { get; }

    /// <summary>Whether it was made of these.</summary>
    public bool Is(VirtualKey key, Project? project, Team? team) =>
        ReferenceEquals(Key, key) && ReferenceEquals(_project, project) && ReferenceEquals(_team, team);

    /// <summary>Who comes with it, or why it is not taken now.</summary>
    public GatewayError? Admit(IPAddress? address, DateTimeOffset now, out Caller caller)
    {
        caller = _caller with { Address = address };
        var error = Check(address, now);
        if (error is null)
        {
            Use.Note(now);
        }

        return error;
    }

    /// <summary>Whether a project or a team lets nobody in.</summary>
    public static bool IsShut(AccessScope? scope, DateTimeOffset now) => scope is not null && (scope.Policy.IsDisabled || scope.Policy.ExpiresAt <= now);

    private GatewayError? Check(IPAddress? address, DateTimeOffset now) =>
        Key.Policy.ExpiresAt <= now ? AccessErrors.ExpiredKey
        : Key.Policy.IsDisabled ? AccessErrors.DisabledKey
        : IsShut(_project, now) ? AccessErrors.DisabledProject
        : IsShut(_team, now) ? AccessErrors.DisabledTeam
        : _caller.Permissions.AllowAddress(address) ? null
        : AccessErrors.WrongAddress;
}
