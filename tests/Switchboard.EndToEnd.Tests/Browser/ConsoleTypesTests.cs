using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Browser;

/// <summary>The console's files are served as they are written: TypeScript reads them, and makes nothing of them.</summary>
public sealed class ConsoleTypesTests
{
    // A compiler on a machine that has other tests to run.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task The_compiler_finds_nothing_wrong_with_its_types()
    {
        ConsoleScript.Require("typescript");
        string[] line = [Path.Combine("node_modules", "typescript", "bin", "tsc"), "--project", RepositoryRoot.Combine("console")];
        await using var compiler = ChildProcess.Start(RequiredTool.Find("node")!, line, GatewayEnvironment.With(new Dictionary<string, string>()), ConsoleScript.Folder);

        var exitCode = await compiler.WaitForExitAsync(s_limit, TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, compiler.Output + compiler.Errors);
    }
}
