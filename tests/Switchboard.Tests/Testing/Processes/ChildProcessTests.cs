using System.Diagnostics;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.Tests.Testing.Processes;

public sealed class ChildProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StopSignal.Terminate, 7)]
    [InlineData(StopSignal.Interrupt, 8)]
    public async Task Sends_the_signal_and_gives_output_and_exit_code(StopSignal signal, int code)
    {
        await using var process = Shell("trap 'echo ending; exit 7' TERM; trap 'exit 8' INT; echo wrong >&2; echo ready; while :; do read line || exit 9; done");
        await process.WaitForOutputAsync(line => line == "ready" ? line : null, Token);

        var exit = await process.StopAsync(signal, Token);

        Assert.Equal(code, exit);
        Assert.Equal(signal == StopSignal.Terminate ? "ready\nending" : "ready", process.Output);
        Assert.Equal("wrong", process.Errors);
    }

    [Fact]
    public async Task Shows_the_output_of_a_process_that_ended_instead_of_starting()
    {
        await using var process = Shell("echo no port; echo because >&2; exit 3");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => process.WaitForOutputAsync(GatewayProcess.FindUrl, Token));

        Assert.Contains("no port", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, await process.WaitForExitAsync(Token));
    }

    [Fact]
    public async Task Ends_the_process_and_its_children_with_the_test()
    {
        var process = Shell("sleep 1000 & echo $!; wait");
        var child = int.Parse(await process.WaitForOutputAsync(line => line, Token), System.Globalization.CultureInfo.InvariantCulture);
        using var watched = Process.GetProcessById(child);

        await process.DisposeAsync();

        await watched.WaitForExitAsync(Token);
        Assert.True(watched.HasExited);
    }

    [Fact]
    public async Task Gives_the_process_only_the_given_environment()
    {
        await using var process = Shell("echo \"[$SWITCHBOARD_TEST][$HOME]\"", new() { ["SWITCHBOARD_TEST"] = "given" });

        var line = await process.WaitForOutputAsync(line => line, Token);

        Assert.Equal("[given][]", line);
    }

    [Theory]
    [InlineData("OPENAI_API_KEY", true)]
    [InlineData("GROQ_API_KEY", true)]
    [InlineData("SWITCHBOARD__SERVER__URLS", true)]
    [InlineData("REDIS_URL", true)]
    [InlineData("ASPNETCORE_URLS", true)]
    [InlineData("PATH", false)]
    [InlineData("DOTNET_ROOT", false)]
    public void Knows_which_variables_would_configure_a_gateway(string name, bool expected)
    {
        Assert.Equal(expected, GatewayEnvironment.IsConfiguration(name));
    }

    [Theory]
    [InlineData("Listening on http://127.0.0.1:41234", "http://127.0.0.1:41234")]
    [InlineData("info: Now listening on http://127.0.0.1:8000/ (any key)", "http://127.0.0.1:8000")]
    [InlineData("Listening on a socket", null)]
    public void Finds_the_address_in_the_line_that_tells_it(string line, string? expected)
    {
        Assert.Equal(expected, GatewayProcess.FindUrl(line));
    }

    private static ChildProcess Shell(string script, Dictionary<string, string>? environment = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals and sh are of Unix.");
        return ChildProcess.Start(RequiredTool.Find("sh")!, ["-c", script], environment ?? new() { ["PATH"] = "/usr/bin:/bin" }, Path.GetTempPath());
    }
}
