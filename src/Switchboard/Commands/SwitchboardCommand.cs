using System.CommandLine;
using System.CommandLine.Invocation;
using Switchboard.Server;

namespace Switchboard.Cli.Commands;

/// <summary>The command line: <c>switchboard serve</c>, <c>models</c>, <c>doctor</c>, <c>health</c>, <c>keys</c>, <c>secrets</c>, <c>budgets</c>, <c>usage</c>, <c>backup</c>, <c>restore</c>, <c>import</c>, <c>switchboard --version</c>.</summary>
internal static class SwitchboardCommand
{
    /// <summary>Runs what the arguments say.</summary>
    /// <returns>0 when all went well, 1 when it could not be done, 2 when what was asked is at fault.</returns>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var root = new RootCommand("An OpenAI-compatible gateway with a local engine built in.")
        {
            ServeCommand.Create(),
            ModelsCommand.Create(),
            DoctorCommand.Create(),
            HealthCommand.Create(),
            KeysCommand.Create(),
            SecretsCommand.Create(),
            BudgetsCommand.Create(),
            UsageCommand.Create(),
            BackupCommand.CreateBackup(),
            BackupCommand.CreateRestore(),
            ImportCommand.Create(),
        };
        foreach (var version in root.Options.OfType<VersionOption>())
        {
            version.Action = new PrintVersion();
        }

        var result = root.Parse(args);

        // Ctrl-C is the server's own business: running requests may end.
        var exitCode = await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return result.Errors.Count > 0 ? ExitCodes.Misuse : exitCode;
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"switchboard {ProductVersion.Text}");
            return ExitCodes.Done;
        }
    }
}
