using System.Text.Json;
using Switchboard.Gateway.Access;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>Teams, projects and keys as administrators write them.</summary>
internal static class ScopeJson
{
    /// <summary>The word for a kind of scope.</summary>
    public static string WordOf<T>() => typeof(T) == typeof(VirtualKey) ? "key" : typeof(T) == typeof(Project) ? "project" : "team";

    /// <summary>The member that names what it is in.</summary>
    public static string ParentOf<T>() => typeof(T) == typeof(VirtualKey) ? "project_id" : "team_id";

    /// <summary>Reads all members; what is wrong with them is in the body afterwards.</summary>
    /// <returns>What they make of a scope.</returns>
    public static Func<T, T> Read<T>(AdminBody body)
        where T : AccessScope
    {
        var changes = new List<Func<T, T>>();
        foreach (var member in body.Members)
        {
            if (PolicyJson.Read(body, member) is { } ofPolicy)
            {
                changes.Add(scope => scope with { Policy = ofPolicy(scope.Policy) });
            }
            else if (member.NameEquals("name"u8))
            {
                var name = body.Text("name", member.Value);
                changes.Add(scope => scope with { Name = name });
            }
            else if (ReadOwn(body, member) is { } own)
            {
                changes.Add(scope => (T)own(scope));
            }
            else
            {
                body.RefuseUnknown(member.Name);
            }
        }

        return scope => changes.Aggregate(scope, (changed, change) => change(changed));

        static Func<AccessScope, AccessScope>? ReadOwn(AdminBody body, JsonProperty member)
        {
            if (typeof(T) == typeof(VirtualKey) && member.NameEquals("project_id"u8))
            {
                var project = body.OptionalText("project_id", member.Value);
                return scope => (VirtualKey)scope with { ProjectId = project };
            }

            if (typeof(T) == typeof(VirtualKey) && member.NameEquals("administrator"u8))
            {
                var isAdministrator = body.Flag("administrator", member.Value);
                return scope => (VirtualKey)scope with { IsAdministrator = isAdministrator };
            }

            if (typeof(T) == typeof(Project) && member.NameEquals("team_id"u8))
            {
                var team = body.OptionalText("team_id", member.Value);
                return scope => (Project)scope with { TeamId = team };
            }

            return null;
        }
    }
}
