using System.Collections;
using Switchboard.Server.Configuration.Discovery;

namespace Switchboard.Server.Configuration;

/// <summary>Where the configuration comes from; later ones win: file, <c>.env</c>, environment, command line.</summary>
public sealed record ConfigurationSources
{
    /// <summary>The file that is taken when it is there and none is named.</summary>
    public const string DefaultFileName = "switchboard.yaml";

    /// <summary>Where relative paths start, and where <c>switchboard.yaml</c> and <c>.env</c> are looked for.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The file named with <c>--config</c>; it must be there.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The addresses given with <c>--urls</c>.</summary>
    public string? Urls { get; init; }

    /// <summary>The port given with <c>--port</c>.</summary>
    public int? Port { get; init; }

    /// <summary>How servers of models on this machine are found; null where they are not looked for.</summary>
    internal LocalServers? Servers { get; init; }

    /// <summary>The working directory and variables of this process.</summary>
    public static ConfigurationSources FromProcess() => new()
    {
        WorkingDirectory = Directory.GetCurrentDirectory(),
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(
            variable => (string)variable.Key,
            variable => (string?)variable.Value ?? "",
            StringComparer.Ordinal),
    };

    /// <summary>The same, with servers of models looked for on the usual loopback ports of this machine (<c>server.discover</c>).</summary>
    public ConfigurationSources WithDiscovery() => this with { Servers = LocalServers.Usual };
}
