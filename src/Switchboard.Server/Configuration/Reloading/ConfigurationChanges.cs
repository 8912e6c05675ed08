using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration.Reloading;

/// <summary>What differs between two configurations.</summary>
internal static class ConfigurationChanges
{
    /// <summary>The changes in words, without any value: some are secrets.</summary>
    public static string Describe(GatewayConfiguration before, GatewayConfiguration after)
    {
        var changes = new List<string>();
        if (before.Server != after.Server)
        {
            changes.Add("server changed");
        }

        if (before.Storage != after.Storage || before.Limits != after.Limits)
        {
            changes.Add("storage or limits changed");
        }

        Compare("provider", before.Providers, after.Providers, (left, right) => left == right, changes);
        Compare("model", before.Models, after.Models, IsSame, changes);
        return changes.Count == 0 ? "nothing that is in force differs" : string.Join(", ", changes);
    }

    /// <summary>Puts what cannot change while the gateway runs back to what is in force.</summary>
    /// <param name="next">The configuration to come.</param>
    /// <param name="inForce">The one in force.</param>
    /// <param name="kept">The settings whose old value stays are added here.</param>
    public static GatewayConfiguration KeepFixed(GatewayConfiguration next, GatewayConfiguration inForce, ICollection<string> kept)
    {
        if (next.Server.Urls != inForce.Server.Urls)
        {
            kept.Add("server.urls");
        }

        if (next.Storage.Shared != inForce.Storage.Shared)
        {
            kept.Add("storage.shared");
        }

        return next with
        {
            Server = next.Server with { Urls = inForce.Server.Urls, Access = inForce.Server.Access },
            Storage = next.Storage with { Shared = inForce.Storage.Shared },
        };
    }

    private static void Compare<T>(string kind, IReadOnlyDictionary<string, T> before, IReadOnlyDictionary<string, T> after, Func<T, T, bool> isSame, List<string> changes)
    {
        changes.AddRange(after.Keys.Where(name => !before.ContainsKey(name)).Select(name => $"{kind} {name} added"));
        changes.AddRange(before.Keys.Where(name => !after.ContainsKey(name)).Select(name => $"{kind} {name} removed"));
        changes.AddRange(after.Where(row => before.TryGetValue(row.Key, out var old) && !isSame(old, row.Value)).Select(row => $"{kind} {row.Key} changed"));
    }

    private static bool IsSame(ModelSettings left, ModelSettings right) =>
        left.Deployments.SequenceEqual(right.Deployments) && left with { Deployments = right.Deployments } == right;
}
