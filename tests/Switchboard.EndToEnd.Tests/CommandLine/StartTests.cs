using System.Net;
using System.Net.Sockets;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.CommandLine;

public sealed class StartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_anything_it_serves_the_built_in_models_and_says_how_to_go_on()
    {
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions(), Cancellation);
        await gateway.WaitForOutputAsync(line => line.Contains("Ctrl-C stops", StringComparison.Ordinal) ? line : null, Cancellation);

        Assert.StartsWith($"Listening on {gateway.RootUrl.ToString().TrimEnd('/')}", gateway.Output, StringComparison.Ordinal);
        Assert.All(
            ["Switchboard 0.", $"{gateway.BaseUrl}", "switchboard-tiny ", "switchboard-tiny-embed", "very small", "any key will do", "curl ", "OPENAI_API_KEY=", "switchboard.yaml", $"{gateway.RootUrl}console/", "README.md"],
            text => Assert.Contains(text, gateway.Output, StringComparison.Ordinal));
        Assert.Empty(gateway.Errors);
    }

    [Fact]
    public async Task The_line_of_the_banner_can_be_pasted()
    {
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions(), Cancellation);
        await gateway.WaitForOutputAsync(line => line.Contains("Ctrl-C stops", StringComparison.Ordinal) ? line : null, Cancellation);
        var lines = gateway.Output.Split('\n');
        var first = Array.FindIndex(lines, line => line.Contains("curl ", StringComparison.Ordinal));

        Assert.SkipUnless(File.Exists("/bin/sh") && Testing.Places.RequiredTool.SkipReason("curl") is null, "sh or curl is not here.");
        await using var shell = ChildProcess.Start("/bin/sh", ["-c", $"{lines[first]}\n{lines[first + 1]}"], GatewayEnvironment.With(new Dictionary<string, string>()), gateway.Folder);

        Assert.Equal(0, await shell.WaitForExitAsync(Cancellation));
        Assert.Contains("\"object\":\"chat.completion\"", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PORT_is_taken_and_a_busy_port_is_one_line_with_the_way_out()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var run = await SwitchboardRun.ToEndAsync(["serve"], null, ("PORT", $"{port}"));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"Port {port} is in use: another program, perhaps another Switchboard, listens there. Stop it, or try ./up --port {port + 1}", run.Errors.Trim());
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Of_two_addresses_the_busy_one_is_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var run = await SwitchboardRun.ToEndAsync(["serve", "--urls", $"http://127.0.0.1:0;http://127.0.0.1:{port}"]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"Port {port} is in use: ", Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_that_is_missing_is_one_line_and_no_trace()
    {
        var run = await SwitchboardRun.WithoutNativeLibrariesAsync(["keys", "list"]);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("The library libe_sqlite3 cannot be loaded", Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_key_is_asked_for_the_banner_shows_one()
    {
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { Environment = new Dictionary<string, string> { ["SWITCHBOARD_MASTER_KEY"] = "planted-master-key-0123456789abcdefgh" } }, Cancellation);
        await gateway.WaitForOutputAsync(line => line.Contains("Ctrl-C stops", StringComparison.Ordinal) ? line : null, Cancellation);

        Assert.Contains("-H \"Authorization: Bearer $KEY\"", gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("any key will do", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_in_the_working_directory_and_the_variables_over_it_are_taken()
    {
        var run = await SwitchboardRun.ToEndAsync(["models"], "providers: { a: { type: local } }\nmodels: { mine: { deployments: [ { provider: a, model: switchboard-tiny } ] } }");
        var refused = await SwitchboardRun.ToEndAsync(["serve"], "server: { max_body_mb: 3 }", ("SWITCHBOARD__SERVER__MAX_BODY_MB", "0"));

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.All(["mine", "switchboard-tiny", "switchboard-tiny-embed"], name => Assert.Contains(run.Output.Split('\n'), line => line.StartsWith(name + " ", StringComparison.Ordinal)));
        Assert.Equal("environment variable SWITCHBOARD__SERVER__MAX_BODY_MB: server.max_body_mb: 0 is outside 1 to 1024 megabytes.", refused.Errors.Trim());
    }

    [Fact]
    public async Task It_tells_its_version()
    {
        var run = await SwitchboardRun.ToEndAsync(["--version"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^switchboard \d+\.\d+\.\d+\s*$", run.Output);
    }

    [Theory]
    [InlineData("server:\n  port: 80", "switchboard.yaml:2: server.port: There is no such setting. Did you mean 'urls'?")]
    [InlineData("server:\n\turls: x", "switchboard.yaml:2: The line is indented with a tab.")]
    [InlineData("server: {", "This is not valid YAML")]
    [InlineData("server: { urls: http://0.0.0.0:0 }", "server.urls: 'http://0.0.0.0:0' can be reached from other machines")]
    [InlineData("providers: { a: { type: openai, api_key: ${NOBODY_SET_THIS} } }", "The environment variable NOBODY_SET_THIS is not set.")]
    public async Task A_broken_configuration_is_told_line_by_line_with_exit_code_2(string configuration, string expected)
    {
        var run = await SwitchboardRun.ToEndAsync(["serve"], configuration);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("serve", "--prot", "1")]
    [InlineData("serve", "--port", "many")]
    [InlineData("sing")]
    public async Task Wrong_arguments_end_with_exit_code_2(params string[] arguments)
    {
        var run = await SwitchboardRun.ToEndAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Errors);
    }
}
