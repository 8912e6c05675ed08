using System.Diagnostics;
using Switchboard.Testing.Docs;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Docs;

/// <summary>The programs of the documentation, each run against the gateway with its built-in model.</summary>
public sealed class DocProgramsTests(DocProgramsTests.Served served) : IClassFixture<DocProgramsTests.Served>
{
    // Compiling comes first, and a machine may be slow.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public static TheoryData<string> Programs => [.. DocBlock.Run("js", "python", "go", "java").Select(block => block.ToString())];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task The_program_runs(string place)
    {
        var block = DocBlock.All.Single(block => block.ToString() == place);
        Assert.SkipWhen(SkipReason(block) is not null, SkipReason(block) ?? "");
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("switchboard-test-").FullName;
        try
        {
            var (program, arguments, file) = CommandOf(block.Language);
            await File.WriteAllTextAsync(Path.Combine(folder, file), block.Code.Replace("http://127.0.0.1:8000", served.Url, StringComparison.Ordinal), cancellationToken);
            if (block.Language == "js")
            {
                Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), NodeModules);
            }

            await using var process = ChildProcess.Start(RequiredTool.Find(program)!, [.. arguments, file], GatewayEnvironment.With(new Dictionary<string, string>()), folder);
            var exitCode = await process.WaitForExitAsync(s_limit, cancellationToken);

            Assert.True(exitCode == 0, $"{place} ended with {exitCode}:\n{process.Output}\n{process.Errors}");

            // A page may show a call alone, without a word of what to do with the answer.
            Assert.True(process.Output.Trim().Length > 0 || !block.Code.Contains("print", StringComparison.OrdinalIgnoreCase), $"{place} printed nothing.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void There_is_a_program_in_each_language() =>
        Assert.Equal(["go", "java", "js", "python"], DocBlock.Run("js", "python", "go", "java").Select(block => block.Language).Distinct().Order(StringComparer.Ordinal));

    private static string NodeModules => RepositoryRoot.Combine("tests", "Switchboard.EndToEnd.Tests", "Sdks", "node", "node_modules");

    private static (string Program, string[] Arguments, string File) CommandOf(string language) => language switch
    {
        "js" => ("node", [], "main.mjs"),
        "python" => ("python3", [], "main.py"),
        "go" => ("go", ["run"], "main.go"),
        _ => ("java", [], "Quickstart.java"),
    };

    private static string? SkipReason(DocBlock block) => RequiredTool.SkipReason(CommandOf(block.Language).Program) ?? block.Language switch
    {
        "js" when !Directory.Exists(NodeModules) => RequiredTool.Missing("The npm packages are not installed: run `npm ci` in tests/Switchboard.EndToEnd.Tests/Sdks/node (./check does)."),
        "python" when block.Code.Contains("openai", StringComparison.Ordinal) && !HasPythonPackage() => "The Python package openai is not installed.",
        _ => null,
    };

    // Not an error under CI: there is nothing it could be installed from.
    private static bool HasPythonPackage()
    {
        using var python = Process.Start(new ProcessStartInfo(RequiredTool.Find("python3")!, ["-c", "import openai"]) { RedirectStandardError = true })!;
        python.WaitForExit();
        return python.ExitCode == 0;
    }

    /// <summary>The gateway that they ask.</summary>
    public sealed class Served : IAsyncLifetime
    {
        private GatewayProcess? _gateway;

        public string Url => _gateway!.RootUrl.ToString().TrimEnd('/');

        public async ValueTask InitializeAsync() => _gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions(), TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync() => _gateway?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
