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
        Compare("alias", before.Aliases, after.Aliases, (left, right) => left == right, changes);
        if (before.Routing != after.Routing)
        {
            changes.Add("routing changed");
        }

        if (before.Responses != after.Responses)
        {
            changes.Add("responses changed");
        }

        if (before.Files != after.Files)
        {
            changes.Add("files changed");
        }

        if (before.KnownModels != after.KnownModels)
        {
            // A file is not compared, and told each time.
            changes.Add("model_data read");
        }

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

        // How long a question may take is asked at each.
        var storage = inForce.Storage with { SharedTimeout = next.Storage.SharedTimeout };
        if (next.Storage != storage)
        {
            kept.Add("storage");
        }

        if (next.Access != inForce.Access)
        {
            kept.Add("access");
        }

        if (next.Batches != inForce.Batches)
        {
            kept.Add("batches");
        }

        return next with { Access = inForce.Access, Batches = inForce.Batches, Storage = storage, Server = next.Server with { Urls = inForce.Server.Urls, Access = inForce.Server.Access } };
    }

    private static void Compare<T>(string kind, IReadOnlyDictionary<string, T> before, IReadOnlyDictionary<string, T> after, Func<T, T, bool> isSame, List<string> changes)
    {
        changes.AddRange(after.Keys.Where(name => !before.ContainsKey(name)).Select(name => $"{kind} {name} added"));
        changes.AddRange(before.Keys.Where(name => !after.ContainsKey(name)).Select(name => $"{kind} {name} removed"));
        changes.AddRange(after.Where(row => before.TryGetValue(row.Key, out var old) && !isSame(old, row.Value)).Select(row => $"{kind} {row.Key} changed"));
    }

    // Records compare their lists by reference.
    private static bool IsSame(ModelSettings left, ModelSettings right) =>
        IsSame(left.Deployments, right.Deployments, IsSame)
        && IsSame(left.Fallbacks, right.Fallbacks, string.Equals)
        && IsSame(left.ContextWindowFallbacks, right.ContextWindowFallbacks, string.Equals)
        && IsSame(left.ContentFilterFallbacks, right.ContentFilterFallbacks, string.Equals)
        && left == right with
        {
            Deployments = left.Deployments,
            Fallbacks = left.Fallbacks,
            ContextWindowFallbacks = left.ContextWindowFallbacks,
            ContentFilterFallbacks = left.ContentFilterFallbacks,
        };

    private static bool IsSame(DeploymentSettings left, DeploymentSettings right) =>
        IsSame(left.Tags, right.Tags, string.Equals) && left == right with { Tags = left.Tags };

    private static bool IsSame<T>(IReadOnlyList<T> left, IReadOnlyList<T> right, Func<T, T, bool> isSame) =>
        left.Count == right.Count && left.Zip(right).All(pair => isSame(pair.First, pair.Second));
}
