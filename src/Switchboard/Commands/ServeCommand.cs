using System.CommandLine;
using Switchboard.Cli.Serving;
using Switchboard.Server;
using Switchboard.Server.Configuration;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var sources = new SourceOptions();
        var command = new Command("serve", "Serve the OpenAI API until Ctrl-C.");
        sources.AddAllTo(command);
        command.SetAction(async (arguments, cancellationToken) => await sources.LoadAsync(arguments, cancellationToken) is { } loaded
            ? await ServeAsync(loaded, arguments.InvocationConfiguration, cancellationToken)
            : ExitCodes.Misuse);
        return command;
    }

    private static Task<int> ServeAsync(LoadedConfiguration loaded, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        InlineCompletions.TurnOn();
        return ApplicationRun.ServeAsync(loaded, console, async application =>
        {
            await application.StartAsync(cancellationToken);
            var overview = application.Services.GetRequiredService<GatewayOverview>();
            var banner = new Banner(application.Urls, overview.Configuration, await overview.ListLocalModelsAsync(cancellationToken), overview.IsOpen);
            await console.Output.WriteAsync(banner.Text);
            await application.WaitForShutdownAsync(cancellationToken);
            return ExitCodes.Done;
        });
    }
}
