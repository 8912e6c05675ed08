using System.CommandLine;
using Switchboard.Cli.Serving;
using Switchboard.Server.Configuration;

namespace Switchboard.Cli.Commands;

/// <summary>What the commands have in common that need the application, served or not.</summary>
internal static class ApplicationRun
{
    /// <summary>Has a command serve. What keeps the application from being made or from listening is told in one line.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="console">Where that is told.</param>
    /// <param name="work">The work; gives the exit code.</param>
    public static Task<int> ServeAsync(LoadedConfiguration loaded, InvocationConfiguration console, Func<WebApplication, Task<int>> work) => TellAsync(loaded, console, async () =>
    {
        await using var application = GatewayApplication.Build(loaded);
        return await work(application);
    });

    /// <summary>Has a command work with the services of a gateway that does not run: what it asks for is made, and nothing that serves.</summary>
    /// <inheritdoc cref="ServeAsync"/>
    public static Task<int> OfAsync(LoadedConfiguration loaded, InvocationConfiguration console, Func<IServiceProvider, Task<int>> work) => TellAsync(loaded, console, async () =>
    {
        await using var services = GatewayApplication.ServicesOf(loaded);
        return await work(services);
    });

    private static async Task<int> TellAsync(LoadedConfiguration loaded, InvocationConfiguration console, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception fault) when (StartFault.Explain(fault, loaded.Configuration!.Server.Urls) is { } line)
        {
            await console.Error.WriteLineAsync(line);
            return ExitCodes.Failed;
        }
    }
}
