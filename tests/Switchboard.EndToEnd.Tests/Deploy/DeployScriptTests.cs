using System.Runtime.Versioning;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Deploy;

/// <summary><c>deploy/deploy.sh</c> below a folder of its own, with real gateways and a stand-in for systemctl.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DeployScriptTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("switchboard-deploy-").FullName;
    private readonly string _tools = Directory.CreateTempSubdirectory("switchboard-deploy-").FullName;
    private readonly int[] _ports = [QuietPort.Find(), QuietPort.Find()];

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    private string Current => Path.GetFileName(new FileInfo(Path.Combine(_root, "opt", "switchboard", "current")).LinkTarget!);

    public ValueTask InitializeAsync()
    {
        File.Copy(RepositoryRoot.Combine("tests", "Switchboard.EndToEnd.Tests", "Deploy", "systemctl"), Path.Combine(_tools, "systemctl"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var port in _ports)
        {
            await using var stop = Start("systemctl", ["stop", $"switchboard@{port}"]);
            await stop.WaitForExitAsync(CancellationToken.None);
        }

        Directory.Delete(_root, recursive: true);
        Directory.Delete(_tools, recursive: true);
    }

    [Fact]
    public async Task It_installs_leaves_alone_what_is_well_replaces_and_takes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RequiredTool.Find("flock") is not null, "The script is for Linux.");

        // A first version: each port is ready, and a key was made that only its owner reads.
        var first = await DeployAsync(Release("first"), 0);
        Assert.All(_ports, port => Assert.Contains($"port {port} runs {Current}", first, StringComparison.Ordinal));
        var secrets = Path.Combine(_root, "etc", "switchboard", "switchboard.env");
        Assert.Matches(@"^SWITCHBOARD_MASTER_KEY=[0-9a-f]{48}\n$", await File.ReadAllTextAsync(secrets, Ends));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secrets));
        Assert.True(File.Exists(Path.Combine(_root, "etc", "systemd", "system", "switchboard@.service")));
        var release = Current;

        // The same once more: nothing is restarted, and what its owner changed stays.
        await File.AppendAllTextAsync(Path.Combine(_root, "etc", "switchboard", "switchboard.yaml"), "# mine\n", Ends);
        var again = await DeployAsync(Release("first"), 0);
        Assert.All(_ports, port => Assert.Contains($"port {port} is as it should be", again, StringComparison.Ordinal));
        Assert.Equal(_ports.Length, await RestartsAsync());
        Assert.EndsWith("# mine\n", await File.ReadAllTextAsync(Path.Combine(_root, "etc", "switchboard", "switchboard.yaml"), Ends), StringComparison.Ordinal);

        // One that does not start is taken back, and the second port never saw it.
        var broken = await DeployAsync(Release("broken", "exit 1"), 1);
        Assert.Contains("the new version was taken back", broken, StringComparison.Ordinal);
        Assert.Equal(release, Current);
        Assert.Equal(_ports.Length + 2, await RestartsAsync());
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (var port in _ports)
        {
            using var ready = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/ready"), Ends);
            Assert.True(ready.IsSuccessStatusCode);
        }

        // Another that does.
        await DeployAsync(Release("second"), 0);
        Assert.NotEqual(release, Current);
        Assert.Equal((2 * _ports.Length) + 2, await RestartsAsync());

        // As if that had been cut short before the second port: it alone is restarted.
        File.Delete(Path.Combine(_root, "opt", "switchboard", "running", $"{_ports[1]}"));
        await DeployAsync(Release("second"), 0);
        Assert.Equal((2 * _ports.Length) + 3, await RestartsAsync());
    }

    // What `./up --publish` leaves, as far as the script looks: a folder with a program of that name.
    private string Release(string name, string? instead = null)
    {
        var folder = Path.Combine(_tools, name);
        Directory.CreateDirectory(folder);
        var host = RequiredTool.Find(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet");
        var program = Path.Combine(folder, "switchboard");
        File.WriteAllText(program, $"#!/bin/sh\n# {name}\n{instead ?? $"exec '{host}' '{GatewayProcess.Executable}' \"$@\""}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    private async Task<string> DeployAsync(string release, int expected)
    {
        await using var script = Start(
            RepositoryRoot.Combine("deploy", "deploy.sh"),
            ["--from", release, "--ports", string.Join(' ', _ports), "--root", _root, "--ready-seconds", "120"]);
        var exitCode = await script.WaitForExitAsync(TimeSpan.FromMinutes(5), Ends);
        var said = $"{script.Output}\n{script.Errors}";
        Assert.True(exitCode == expected, said);
        return said;
    }

    private async Task<int> RestartsAsync() =>
        (await File.ReadAllLinesAsync(Path.Combine(_root, "asked"), Ends)).Count(line => line.StartsWith("restart ", StringComparison.Ordinal));

    private ChildProcess Start(string program, string[] arguments)
    {
        var path = $"{_tools}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        return ChildProcess.Start(
            program == "systemctl" ? Path.Combine(_tools, program) : program,
            arguments,
            GatewayEnvironment.With(new Dictionary<string, string> { ["PATH"] = path, ["ROOT"] = _root }),
            _tools);
    }
}
