using System.Diagnostics;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>The columns of the table. A program that answers many runs lives as long as this.</summary>
public sealed class ConformanceClients : IAsyncDisposable
{
    public const string PythonsPackage = "sample python, openai";

    private static readonly Dictionary<string, string> s_nothing = [];

    private static readonly Dictionary<string, string> s_raw = new() { [Scenarios.Retry] = "tries nothing again" };

    private static readonly Dictionary<string, string> s_aiSdk = new()
    {
        [nameof(Call.Models)] = "lists no models",
        [nameof(Call.Model)] = "lists no models",
        [Scenarios.UsageUnasked] = "asks for the usage always",
        [Scenarios.Base64] = "asks for floats always",
    };

    private static readonly Dictionary<string, string> s_langchain = new()
    {
        [nameof(Call.Models)] = "lists no models",
        [nameof(Call.Model)] = "lists no models",
        [Scenarios.UsageUnasked] = "asks for the usage always",
    };

    internal static IReadOnlyList<Func<IConformanceClient>> Makers { get; } =
    [
        () => new NodeClient("npm openai 7", s_nothing, "openai.mjs", "openai"),
        () => new NodeClient("npm openai 6", s_nothing, "openai.mjs", "openai-6"),
        () => new NodeClient("npm ai", s_aiSdk, "ai-sdk.mjs"),
        () => new NodeClient("npm @langchain/openai", s_langchain, "langchain.mjs"),
        () => new NuGetClient(),
        () => new NodeClient("fetch", s_raw, "fetch.mjs"),
        () => new CurlClient(),
        () => new SampleClient("sample python", () => RequiredTool.SkipReason("python3"), (_, _) => Task.FromResult<string[]>([RequiredTool.Find("python3")!, "python/client.py"])),
        () => new SampleClient(PythonsPackage, NoPythonPackage, (_, _) => Task.FromResult<string[]>([RequiredTool.Find("python3")!, "python/with_openai.py"])),
        () => new SampleClient("sample javascript", () => RequiredTool.SkipReason("node"), (_, _) => Task.FromResult<string[]>([RequiredTool.Find("node")!, "javascript/client.mjs"])),
        () => new SampleClient("sample javascript, openai", NoSamplePackages, (_, _) => Task.FromResult<string[]>([RequiredTool.Find("node")!, "javascript/with-openai.mjs"])),
        () => new SampleClient("sample go", () => RequiredTool.SkipReason("go"), BuildGoAsync),
        () => new SampleClient("sample java", () => RequiredTool.SkipReason("javac"), BuildJavaAsync),
        () => new SampleClient("sample curl", () => RequiredTool.SkipReason("curl"), (_, _) => Task.FromResult<string[]>([RequiredTool.Find("bash")!, "curl/client.sh"])),
    ];

    private IReadOnlyList<IConformanceClient> All { get; } = [.. Makers.Select(make => make())];

    internal IConformanceClient Named(string name) => All.Single(client => client.Name == name);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in All)
        {
            await client.DisposeAsync();
        }
    }

    // Not an error under CI: there is nothing it could be installed from.
    private static string? NoPythonPackage()
    {
        if (RequiredTool.SkipReason("python3") is { } reason)
        {
            return reason;
        }

        using var python = Process.Start(new ProcessStartInfo(RequiredTool.Find("python3")!, ["-c", "import openai"]) { RedirectStandardError = true })!;
        python.WaitForExit();
        return python.ExitCode == 0 ? null : "The Python package openai is not installed.";
    }

    private static string? NoSamplePackages()
    {
        if (RequiredTool.SkipReason("node") is { } reason)
        {
            return reason;
        }

        return Directory.Exists(Path.Combine(SampleClient.Folder, "javascript", "node_modules", "openai")) ? null
            : RequiredTool.Missing("The npm package openai is not installed: run `npm ci` in samples/clients/javascript (./check does).");
    }

    private static async Task<string[]> BuildGoAsync(string folder, CancellationToken cancellationToken)
    {
        var program = Path.Combine(folder, "client");
        await BuildAsync("go", ["build", "-o", program, "."], Path.Combine(SampleClient.Folder, "go"), cancellationToken);
        return [program];
    }

    // What `java Client.java` does at each start, done once.
    private static async Task<string[]> BuildJavaAsync(string folder, CancellationToken cancellationToken)
    {
        await BuildAsync("javac", ["-d", folder, "Client.java"], Path.Combine(SampleClient.Folder, "java"), cancellationToken);
        return [RequiredTool.Find("java")!, "-XX:TieredStopAtLevel=1", "-cp", folder, "Client"];
    }

    private static async Task BuildAsync(string tool, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        await using var process = ChildProcess.Start(RequiredTool.Find(tool)!, arguments, GatewayEnvironment.With(new Dictionary<string, string>()), folder);
        var exitCode = await process.WaitForExitAsync(TimeSpan.FromMinutes(3), cancellationToken);
        Assert.True(exitCode == 0, $"{tool} failed:\n{process.Output}\n{process.Errors}");
    }
}
