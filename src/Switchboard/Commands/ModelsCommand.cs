using System.CommandLine;
using Switchboard.Server;
using Switchboard.Server.Configuration;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard models</c>: what would answer with this configuration, without serving.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var sources = new SourceOptions();
        var command = new Command("models", "List the models that answer with this configuration.");
        sources.AddTo(command);
        command.SetAction(async (arguments, cancellationToken) => await sources.LoadAsync(arguments, cancellationToken) is { } loaded
            ? await ListAsync(loaded, arguments.InvocationConfiguration, cancellationToken)
            : ExitCodes.Misuse);
        return command;
    }

    private static Task<int> ListAsync(LoadedConfiguration loaded, InvocationConfiguration console, CancellationToken cancellationToken) =>
        ApplicationRun.OfAsync(loaded, console, async services =>
        {
            if (await RecordsCommand.ReadSecretsAsync(services, loaded.Configuration!, cancellationToken) is { } fault)
            {
                await console.Error.WriteLineAsync($"Keys of providers cannot be read from storage.records: {fault}");
            }

            var models = await services.GetRequiredService<GatewayOverview>().ListModelsAsync(cancellationToken);
            var width = models.Select(model => model.Id.Length).DefaultIfEmpty().Max();
            foreach (var model in models)
            {
                await console.Output.WriteLineAsync($"{model.Id.PadRight(width)}  {model.Description ?? model.OwnedBy}");
            }

            return ExitCodes.Done;
        });
}
