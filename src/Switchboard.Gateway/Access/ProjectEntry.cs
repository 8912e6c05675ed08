using System.Net;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Access;

/// <summary>A project with its team, made ready for those who come without a key of their own: the users of tokens.</summary>
internal sealed class ProjectEntry
{
    private readonly Project? _project;
    private readonly Team? _team;
    private readonly IReadOnlyList<AccessScope> _scopes;
    private readonly Permissions _permissions;

    public ProjectEntry(Project? project, Team? team)
    {
        (_project, _team) = (project, team);
        _scopes = [.. new AccessScope?[] { team, project }.OfType<AccessScope>()];
        _permissions = Permissions.Of([.. _scopes.Select(scope => scope.Policy)]);
    }

    /// <summary>No project, in which everything is allowed.</summary>
    public static ProjectEntry None { get; } = new(null, null);

    /// <summary>Who comes with a token, or why it is not taken now.</summary>
    public GatewayError? Admit(TokenClaims claims, IPAddress? address, DateTimeOffset now, out Caller caller)
    {
        caller = new Caller
        {
            KeyId = Caller.TokenPrefix + claims.User,
            KeyName = claims.User,
            User = claims.User,
            Project = _project?.Id,
            Team = _team?.Id,
            IsAdministrator = claims.IsAdministrator,
            Address = address,
            Scopes = _scopes,
            Permissions = _permissions,
        };
        return KeyEntry.IsShut(_project, now) ? AccessErrors.DisabledProject
            : KeyEntry.IsShut(_team, now) ? AccessErrors.DisabledTeam
            : _permissions.AllowAddress(address) ? null
            : AccessErrors.WrongAddress;
    }
}
