using System.CommandLine;
using Switchboard.Server;
using Switchboard.Server.Configuration;

namespace Switchboard.Cli.Commands;

/// <summary>The flags that say where the configuration comes from, and the loading of it.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string> _config = new("--config") { Description = "The configuration file; switchboard.yaml in the working directory by default.", HelpName = "FILE" };
    private readonly Option<int?> _port = new("--port") { Description = "The port to listen on; 0 takes a free one.", HelpName = "N" };
    private readonly Option<string> _urls = new("--urls") { Description = "The addresses to listen on, ';' between several.", HelpName = "URLS" };

    /// <summary>Adds <c>--config</c>.</summary>
    public void AddTo(Command command) => command.Add(_config);

    /// <summary>Adds <c>--config</c>, <c>--port</c> and <c>--urls</c>.</summary>
    public void AddAllTo(Command command)
    {
        command.Add(_port);
        command.Add(_config);
        command.Add(_urls);
    }

    /// <summary>Loads the configuration; prints what is wrong with it, one fault a line.</summary>
    /// <returns>Null when it cannot be used.</returns>
    public async Task<LoadedConfiguration?> LoadAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var loaded = await ReadAsync(arguments, cancellationToken);
        foreach (var fault in loaded.Faults)
        {
            await arguments.InvocationConfiguration.Error.WriteLineAsync(fault.ToString());
        }

        return loaded.IsValid ? loaded : null;
    }

    /// <summary>Loads the configuration, whatever is wrong with it.</summary>
    public async Task<LoadedConfiguration> ReadAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var sources = ConfigurationSources.FromProcess().WithDiscovery() with
        {
            ConfigFile = arguments.GetValue(_config),
            Port = arguments.GetValue(_port),
            Urls = arguments.GetValue(_urls),
        };
        return await ConfigurationLoader.LoadAsync(sources, BuiltInProviders.Registry.Types, cancellationToken);
    }
}
