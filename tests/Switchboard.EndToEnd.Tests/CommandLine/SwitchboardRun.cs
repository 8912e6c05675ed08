using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.CommandLine;

/// <summary>A run of the executable that ends by itself.</summary>
internal sealed record SwitchboardRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs it in a folder of its own, with that <c>switchboard.yaml</c> in it where one is given.</summary>
    public static Task<SwitchboardRun> ToEndAsync(string[] arguments, string? configuration = null, params IEnumerable<(string Name, string Value)> environment) =>
        ToEndAsync(arguments, null, configuration, environment);

    /// <summary>The same with a line of input, and its end.</summary>
    public static Task<SwitchboardRun> WithInputAsync(string input, string[] arguments, string configuration) => ToEndAsync(arguments, input, configuration, []);

    private static async Task<SwitchboardRun> ToEndAsync(string[] arguments, string? input, string? configuration, IEnumerable<(string Name, string Value)> environment)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("switchboard-test-").FullName;
        try
        {
            if (configuration is not null)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "switchboard.yaml"), configuration, cancellationToken);
            }

            await using var process = ChildProcess.Start(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                [GatewayProcess.Executable, .. arguments],
                GatewayEnvironment.With(environment.ToDictionary(variable => variable.Name, variable => variable.Value)),
                folder);
            if (input is not null)
            {
                await process.WriteLineAsync(input);
                process.EndInput();
            }

            var exitCode = await process.WaitForExitAsync(cancellationToken);
            return new SwitchboardRun(exitCode, process.Output, process.Errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
