using System.Text.Json;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Browser;

/// <summary>A run of <c>node/console.mjs</c>: somebody at the console in a real browser, and what they saw.</summary>
internal static class ConsoleScript
{
    // A browser starts and a small machine has other tests to run; a healthy run takes seconds.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(6);

    /// <summary>Where the programs and their packages are.</summary>
    public static string Folder { get; } = RepositoryRoot.Combine("tests", "Switchboard.EndToEnd.Tests", "Browser", "node");

    /// <summary>Runs a scenario. Without a browser the test is skipped, under CI it fails.</summary>
    public static async Task<JsonElement> RunAsync(string scenario, object arguments)
    {
        Require("puppeteer-core", RequiredTool.SkipReason("chromium"));
        string[] line = ["console.mjs", RequiredTool.Find("chromium")!, scenario, JsonSerializer.Serialize(arguments)];
        await using var script = ChildProcess.Start(RequiredTool.Find("node")!, line, GatewayEnvironment.With(new Dictionary<string, string>()), Folder);
        return JsonElement.Parse(await script.WaitForOutputAsync(output => output, s_limit, TestContext.Current.CancellationToken));
    }

    /// <summary>Skips the test where node or the package is missing; under CI it fails.</summary>
    public static void Require(string package, string? more = null)
    {
        var reason = RequiredTool.SkipReason("node") ?? more;
        reason ??= Directory.Exists(Path.Combine(Folder, "node_modules", package))
            ? null
            : RequiredTool.Missing($"The npm package {package} is not installed: run `npm ci` in tests/Switchboard.EndToEnd.Tests/Browser/node (./check does).");
        Assert.SkipWhen(reason is not null, reason ?? "");
    }
}
