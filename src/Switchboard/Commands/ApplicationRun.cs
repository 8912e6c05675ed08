using System.CommandLine;
using Switchboard.Cli.Serving;
using Switchboard.Server.Configuration;

namespace Switchboard.Cli.Commands;

/// <summary>What the commands have in common that need the application, served or not.</summary>
internal static class ApplicationRun
{
    /// <summary>Has a command work with it. What keeps it from being made or from listening is told in one line.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="console">Where that is told.</param>
    /// <param name="work">The work; gives the exit code.</param>
    /// <param name="serves">Whether the work is to serve.</param>
    public static async Task<int> OfAsync(LoadedConfiguration loaded, InvocationConfiguration console, Func<WebApplication, Task<int>> work, bool serves = false)
    {
        try
        {
            await using var application = GatewayApplication.Build(loaded, serves);
            return await work(application);
        }
        catch (Exception fault) when (StartFault.Explain(fault, loaded.Configuration!.Server.Urls) is { } line)
        {
            await console.Error.WriteLineAsync(line);
            return ExitCodes.Failed;
        }
    }
}
