using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration.Reloading;

/// <summary>What differs between two configurations.</summary>
internal static class ConfigurationChanges
{
    // What is told as a whole. What KeepFixed puts back never differs.
    private static readonly (string Change, Func<GatewayConfiguration, object> Part)[] s_parts =
    [
        ("server changed", configuration => configuration.Server),
        ("storage changed", configuration => configuration.Storage),
        ("limits changed", configuration => configuration.Limits),
        ("routing changed", configuration => configuration.Routing),
        ("cache changed", configuration => configuration.Cache),
        ("guardrails changed", configuration => configuration.Guardrails),
        ("conversations changed", configuration => configuration.Conversations),
        ("responses changed", configuration => configuration.Responses),
        ("ledger changed", configuration => configuration.Ledger),
        ("files changed", configuration => configuration.Files),
        ("logging changed", configuration => configuration.Logging),

        // A file is not compared, and told each time.
        ("model_data read", configuration => configuration.KnownModels),
    ];

    /// <summary>The changes in words, without any value: some are secrets.</summary>
    public static string Describe(GatewayConfiguration before, GatewayConfiguration after)
    {
        var changes = new List<string>();
        Compare("provider", before.Providers, after.Providers, changes);
        Compare("model", before.Models, after.Models, changes);
        Compare("alias", before.Aliases, after.Aliases, changes);
        changes.AddRange(s_parts.Where(part => !part.Part(before).Equals(part.Part(after))).Select(part => part.Change));
        return changes.Count == 0 ? "nothing that is in force differs" : string.Join(", ", changes);
    }

    /// <summary>Puts what cannot change while the gateway runs back to what is in force.</summary>
    /// <param name="next">The configuration to come.</param>
    /// <param name="inForce">The one in force.</param>
    /// <param name="kept">The settings whose old value stays are added here.</param>
    public static GatewayConfiguration KeepFixed(GatewayConfiguration next, GatewayConfiguration inForce, ICollection<string> kept)
    {
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

        if (next.Telemetry != inForce.Telemetry)
        {
            kept.Add("telemetry");
        }

        // Levels are looked up anew; what is open stays open.
        var logging = next.Logging with { Format = inForce.Logging.Format, File = inForce.Logging.File };
        if (next.Logging != logging)
        {
            kept.Add("logging.format and logging.file");
        }

        var server = KeepFixed(next.Server, inForce.Server, kept);
        return next with { Logging = logging, Telemetry = inForce.Telemetry, Access = inForce.Access, Batches = inForce.Batches, Storage = storage, Server = server };
    }

    private static ServerSettings KeepFixed(ServerSettings next, ServerSettings inForce, ICollection<string> kept)
    {
        if (next.Urls != inForce.Urls)
        {
            kept.Add("server.urls");
        }

        if (next.MetricsMaxSeries != inForce.MetricsMaxSeries)
        {
            kept.Add("server.metrics_max_series");
        }

        // What was not counted from the start on is not counted later.
        var isOff = inForce.Metrics == MetricsAccess.Off && next.Metrics != MetricsAccess.Off;
        if (isOff)
        {
            kept.Add("server.metrics");
        }

        return next with { Urls = inForce.Urls, Access = inForce.Access, MetricsMaxSeries = inForce.MetricsMaxSeries, Metrics = isOff ? MetricsAccess.Off : next.Metrics };
    }

    private static void Compare<T>(string kind, IReadOnlyDictionary<string, T> before, IReadOnlyDictionary<string, T> after, List<string> changes)
        where T : IEquatable<T>
    {
        changes.AddRange(after.Keys.Where(name => !before.ContainsKey(name)).Select(name => $"{kind} {name} added"));
        changes.AddRange(before.Keys.Where(name => !after.ContainsKey(name)).Select(name => $"{kind} {name} removed"));
        changes.AddRange(after.Where(row => before.TryGetValue(row.Key, out var old) && !old.Equals(row.Value)).Select(row => $"{kind} {row.Key} changed"));
    }
}
