using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Packages;

/// <summary>The packages, made as <c>./release</c> makes them of what the tests were built with; and a folder to use them in.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
#if DEBUG
    private const string BuildConfiguration = "Debug";
#else
    private const string BuildConfiguration = "Release";
#endif

    /// <summary>The version that a build has which nobody gave one.</summary>
    public const string Version = "0.1.0";

    // A restore and a build are seconds on a free processor, and minutes on a busy one.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>The folder of all of it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("switchboard-test-").FullName;

    /// <summary>The packages.</summary>
    public string Packages => Path.Combine(Folder, "packages");

    /// <summary>Where packages come from: ours from the folder, all others from where they usually do, or from what is on this machine already.</summary>
    public string NuGetConfig => Path.Combine(Folder, "nuget.config");

    public async ValueTask InitializeAsync()
    {
        await PackAsync(Packages);
        var known = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(
            NuGetConfig,
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(Folder, "restored")}" /></config>
              <fallbackPackageFolders><add key="known" value="{known}" /></fallbackPackageFolders>
              <packageSources><add key="packed" value="{Packages}" /></packageSources>
            </configuration>
            """,
            TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes them into a folder. Nothing is compiled again.</summary>
    public static async Task PackAsync(string folder)
    {
        await DotnetAsync(RepositoryRoot.FullPath, ["pack", "Packages.slnf", "--configuration", BuildConfiguration, "--no-build", "--output", folder, "--nologo"]);
        await RunAsync(RequiredTool.Find("python3") ?? throw new FileNotFoundException("python3 is not on the PATH."), RepositoryRoot.FullPath, [RepositoryRoot.Combine("tools", "release", "finish.py"), folder, Version]);
    }

    /// <summary>Runs the SDK to its end, which must be a good one.</summary>
    public static Task<string> DotnetAsync(string folder, string[] arguments) =>
        // Processes that outlive the command would keep its output open.
        RunAsync(Dotnet, folder, arguments[0] is "tool" ? arguments : [.. arguments, "-maxCpuCount:1", "-nodeReuse:false", "-p:UseSharedCompilation=false"]);

    /// <summary>The SDK.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static async Task<string> RunAsync(string program, string folder, string[] arguments)
    {
        await using var process = ChildProcess.Start(program, arguments, GatewayEnvironment.With(new Dictionary<string, string>()), folder);
        var exitCode = await process.WaitForExitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}:\n{process.Output}\n{process.Errors}");
        return process.Output;
    }
}
