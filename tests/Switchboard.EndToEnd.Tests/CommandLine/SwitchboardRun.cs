using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.CommandLine;

/// <summary>A run of the executable that ends by itself.</summary>
internal sealed record SwitchboardRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs it in a folder of its own, with that <c>switchboard.yaml</c> in it where one is given.</summary>
    public static Task<SwitchboardRun> ToEndAsync(string[] arguments, string? configuration = null, params IEnumerable<(string Name, string Value)> environment) =>
        ToEndAsync(GatewayProcess.Executable, arguments, null, configuration, environment);

    /// <summary>The same with a line of input, and its end.</summary>
    public static Task<SwitchboardRun> WithInputAsync(string input, string[] arguments, string configuration) => ToEndAsync(GatewayProcess.Executable, arguments, input, configuration, []);

    /// <summary>The same of a program whose native libraries were left behind.</summary>
    public static async Task<SwitchboardRun> WithoutNativeLibrariesAsync(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-test-").FullName;
        try
        {
            var (from, name) = (Path.GetDirectoryName(GatewayProcess.Executable)!, Path.GetFileNameWithoutExtension(GatewayProcess.Executable));

            // Where the program is really is where its libraries are looked for; without its list of them, there alone.
            File.Copy(GatewayProcess.Executable, Path.Combine(folder, name + ".dll"));
            File.Copy(Path.Combine(from, name + ".runtimeconfig.json"), Path.Combine(folder, name + ".runtimeconfig.json"));
            foreach (var library in Directory.EnumerateFiles(from, "*.dll").Where(file => file != GatewayProcess.Executable))
            {
                File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(library)), library);
            }

            return await ToEndAsync(Path.Combine(folder, name + ".dll"), arguments, null, null, []);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<SwitchboardRun> ToEndAsync(string executable, string[] arguments, string? input, string? configuration, IEnumerable<(string Name, string Value)> environment)
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
                [executable, .. arguments],
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
