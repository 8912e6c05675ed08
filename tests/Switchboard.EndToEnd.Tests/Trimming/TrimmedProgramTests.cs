using System.Runtime.InteropServices;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Trimming;

public sealed class TrimmedProgramTests
{
#if DEBUG
    private const string BuildConfiguration = "Debug";
#else
    private const string BuildConfiguration = "Release";
#endif

    // Trimming and compiling take half a minute of a free processor, and more of a busy one.
    private static readonly TimeSpan s_publishLimit = TimeSpan.FromMinutes(10);

    // What the API's groups share.
    private static readonly string[] s_rooms = ["Errors", "Operations", "Shared"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trimmed_single_file_compiled_ahead_reads_and_writes_a_body_of_each_group()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The program is published for Linux on x64.");
        var folder = Directory.CreateTempSubdirectory("switchboard-test-").FullName;
        try
        {
            await PublishAsync(folder);

            await using var program = Start(Path.Combine(folder, "Switchboard.Trimmed"), [], folder);
            var exitCode = await program.WaitForExitAsync(Cancellation);
            var lines = program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

            Assert.Empty(Directory.GetFiles(folder, "*.dll"));
            Assert.All(lines, line => Assert.EndsWith(" ok", line, StringComparison.Ordinal));
            Assert.Equal(Groups().Append("JsonSerializer").Append("Client").Order(), lines.Select(line => line.Split(' ')[0]).Distinct().Order());
            Assert.Equal((0, ""), (exitCode, program.Errors));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Publishes what the build of these tests has built; a warning of the trimmer or of an analyzer is an error.</summary>
    private static async Task PublishAsync(string folder)
    {
        // Processes that outlive the command would keep its output open.
        string[] alone = ["-maxCpuCount:1", "-nodeReuse:false", "-p:UseSharedCompilation=false"];
        string[] arguments =
        [
            "publish", "tests/Switchboard.Trimmed", "--configuration", BuildConfiguration, "--output", folder,
            "--nologo", "--no-restore", "-p:BuildProjectReferences=false", .. alone,
        ];
        await using var publish = Start(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments, RepositoryRoot.FullPath);
        var exitCode = await publish.WaitForExitAsync(s_publishLimit, Cancellation);

        Assert.True(exitCode == 0, publish.Output + publish.Errors);
        Assert.DoesNotContain("warning", publish.Output, StringComparison.OrdinalIgnoreCase);
    }

    private static ChildProcess Start(string program, string[] arguments, string folder) =>
        ChildProcess.Start(program, arguments, GatewayEnvironment.With(new Dictionary<string, string>()), folder);

    /// <summary>The folders of the protocol that hold the types of one group of the API.</summary>
    private static IEnumerable<string> Groups() =>
        from folder in Directory.EnumerateDirectories(RepositoryRoot.Combine("src", "Switchboard.Protocol"))
        where Directory.EnumerateFiles(folder, "*.g.cs").Any()
        let name = Path.GetFileName(folder)
        where !s_rooms.Contains(name)
        select name;
}
