using System.Text.Json;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>A run of <c>node/scenarios.mjs</c> or another program there: one scenario with the npm packages, and what it saw.</summary>
internal sealed class NodeScript : IAsyncDisposable
{
    /// <summary>Where the programs and their packages are.</summary>
    public static readonly string Folder = RepositoryRoot.Combine("tests", "Switchboard.EndToEnd.Tests", "Sdks", "node");

    private const string Usual = "scenarios.mjs";

    private readonly ChildProcess _process;

    private NodeScript(ChildProcess process) => _process = process;

    /// <summary>Runs a scenario to its end. Without node or its packages the test is skipped, under CI it fails.</summary>
    public static async Task<JsonElement> RunAsync(string scenario, object arguments, string program = Usual)
    {
        await using var script = Start(scenario, arguments, program);
        var seen = await script.SeenAsync();
        Assert.Equal(0, await script._process.WaitForExitAsync(TestContext.Current.CancellationToken));
        return seen;
    }

    /// <summary>Runs a scenario to its end that writes a line of JSON for each thing it saw.</summary>
    public static async Task<IReadOnlyList<JsonElement>> RunLinesAsync(string scenario, object arguments, string program)
    {
        await using var script = Start(scenario, arguments, program);
        var exitCode = await script._process.WaitForExitAsync(TimeSpan.FromMinutes(4), TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, script._process.Errors);
        return [.. script._process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    /// <summary>Starts a scenario that stays alive until this is disposed.</summary>
    public static NodeScript Start(string scenario, object arguments, string program = Usual)
    {
        var skipReason = RequiredTool.SkipReason("node") ?? PackagesSkipReason();
        Assert.SkipWhen(skipReason is not null, skipReason ?? "");
        string[] line = [program, scenario, JsonSerializer.Serialize(arguments)];
        return new(ChildProcess.Start(RequiredTool.Find("node")!, line, GatewayEnvironment.With(new Dictionary<string, string>()), Folder));
    }

    /// <summary>What the scenario saw.</summary>
    public async Task<JsonElement> SeenAsync() =>
        JsonElement.Parse(await _process.WaitForOutputAsync(line => line, TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Why the packages cannot be used here, or null; under CI their absence is an error.</summary>
    public static string? PackagesSkipReason()
    {
        if (((string[])["openai", "@anthropic-ai/sdk", "@google/genai"]).All(package => Directory.Exists(Path.Combine(Folder, "node_modules", package))))
        {
            return null;
        }

        const string Reason = "The npm packages are not installed: run `npm ci` in tests/Switchboard.EndToEnd.Tests/Sdks/node (./check does).";
        return RequiredTool.Missing(Reason);
    }
}
