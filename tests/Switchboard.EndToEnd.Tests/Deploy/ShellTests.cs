using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Deploy;

/// <summary>The tools of others that know shell scripts and units.</summary>
public sealed class ShellTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("deploy/deploy.sh")]
    [InlineData("release")]
    public async Task Shellcheck_finds_nothing_in_the_script(string script)
    {
        Skip("shellcheck");

        await RunAsync("shellcheck", [RepositoryRoot.Combine(script)], RepositoryRoot.FullPath);
    }

    [Fact]
    public async Task Systemd_takes_the_unit()
    {
        Skip("systemd-analyze");
        var folder = Directory.CreateTempSubdirectory("switchboard-test-").FullName;
        try
        {
            // The program is not installed here; some program is.
            var unit = await File.ReadAllTextAsync(RepositoryRoot.Combine("deploy", "systemd", "switchboard@.service"), Ends);
            var file = Path.Combine(folder, "switchboard@8000.service");
            await File.WriteAllTextAsync(file, unit.Replace("/opt/switchboard/current/switchboard", "/bin/true", StringComparison.Ordinal), Ends);

            var said = await RunAsync("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", file], folder);

            // Of other units on the machine it may have something to say.
            Assert.DoesNotContain("switchboard@", said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Skip(string tool) => Assert.SkipWhen(RequiredTool.SkipReason(tool) is not null, RequiredTool.SkipReason(tool) ?? "");

    private static async Task<string> RunAsync(string tool, string[] arguments, string folder)
    {
        await using var process = ChildProcess.Start(RequiredTool.Find(tool)!, arguments, GatewayEnvironment.With(new Dictionary<string, string>()), folder);
        var exitCode = await process.WaitForExitAsync(Ends);
        Assert.True(exitCode == 0, $"{process.Output}\n{process.Errors}");
        return $"{process.Output}\n{process.Errors}";
    }
}
