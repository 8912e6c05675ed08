using System.CommandLine;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;

namespace Switchboard.Cli.Commands;

/// <summary>What the commands have in common that work on the records which the configuration names. Gateways that run see it within a second.</summary>
internal static class RecordsCommand
{
    /// <summary>Who does it, for the log of administration.</summary>
    public const string Actor = "command line";

    /// <summary>What a command does that changes who may ask.</summary>
    public delegate Task<int> AccessWork(IAccessRecords records, KeptSecrets secrets, ParseResult arguments, CancellationToken cancellationToken);

    /// <summary>Has a command do some work.</summary>
    /// <param name="command">The command; it gets the option that names the configuration.</param>
    /// <param name="work">The work: with the services of a gateway that does not run, and its configuration.</param>
    public static Command Run(Command command, Func<IServiceProvider, GatewayConfiguration, ParseResult, CancellationToken, Task<int>> work)
    {
        var sources = new SourceOptions();
        sources.AddTo(command);
        command.SetAction(async (arguments, cancellationToken) =>
        {
            if (await sources.LoadAsync(arguments, cancellationToken) is not { } loaded)
            {
                return ExitCodes.Misuse;
            }

            if (loaded.Configuration!.Storage.Records?.Reveal() is null or StorageSettings.Memory)
            {
                await arguments.InvocationConfiguration.Error.WriteLineAsync("storage.records keeps nothing: name a file or a database.");
                return ExitCodes.Misuse;
            }

            try
            {
                return await ApplicationRun.OfAsync(loaded, arguments.InvocationConfiguration, services => work(services, loaded.Configuration, arguments, cancellationToken));
            }
            catch (RecordsException fault)
            {
                return await FailAsync(arguments, fault.Message);
            }
        });
        return command;
    }

    /// <summary>Has a command change who may ask.</summary>
    public static Command OnAccess(Command command, AccessWork work) => Run(
        command,
        (services, _, arguments, cancellationToken) => work(services.GetRequiredService<IAccessRecords>(), services.GetRequiredService<KeptSecrets>(), arguments, cancellationToken));

    /// <summary>Reads the secrets that the configuration stands for, so that providers are made with them.</summary>
    /// <returns>Why they cannot be read; null where they were, or none are needed.</returns>
    public static async Task<string?> ReadSecretsAsync(IServiceProvider services, GatewayConfiguration configuration, CancellationToken cancellationToken)
    {
        if (!configuration.FindKeptSecrets().Any())
        {
            return null;
        }

        try
        {
            services.GetRequiredService<KeptSecrets>().Take(await services.GetRequiredService<IAccessRecords>().ListSecretsAsync(cancellationToken));
            return null;
        }
        catch (RecordsException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>Says why it could not be done.</summary>
    public static async Task<int> FailAsync(ParseResult arguments, string message)
    {
        await arguments.InvocationConfiguration.Error.WriteLineAsync(message);
        return ExitCodes.Failed;
    }
}
