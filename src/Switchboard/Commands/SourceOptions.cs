using System.CommandLine;
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
    public LoadedConfiguration? Load(ParseResult arguments)
    {
        var loaded = ConfigurationLoader.Load(ConfigurationSources.FromProcess() with
        {
            ConfigFile = arguments.GetValue(_config),
            Port = arguments.GetValue(_port),
            Urls = arguments.GetValue(_urls),
        });
        foreach (var fault in loaded.Faults)
        {
            arguments.InvocationConfiguration.Error.WriteLine(fault);
        }

        return loaded.IsValid ? loaded : null;
    }
}
