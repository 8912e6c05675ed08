using Switchboard.Testing.Processes;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.CommandLine;

public sealed class HealthTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_that_takes_requests_is_well()
    {
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions(), Cancellation);

        var run = await SwitchboardRun.ToEndAsync(["health", gateway.RootUrl.ToString()]);

        Assert.Equal((0, "It takes requests.", ""), (run.ExitCode, run.Output.Trim(), run.Errors));
    }

    [Fact]
    public async Task One_that_answers_something_else_and_one_that_is_not_there_are_not()
    {
        await using var other = ReplayUpstream.Start().Reply(503, "{}");
        var refused = await SwitchboardRun.ToEndAsync(["health", other.RootUrl.ToString()]);
        other.RefuseConnections();
        var away = await SwitchboardRun.ToEndAsync(["health", other.RootUrl.ToString()]);

        Assert.Equal((1, $"It takes no requests: {other.RootUrl}ready answered 503."), (refused.ExitCode, refused.Errors.Trim()));
        Assert.Equal((1, $"Nothing answers at {other.RootUrl}ready."), (away.ExitCode, away.Errors.Trim()));
    }

    [Fact]
    public async Task What_is_no_address_is_told_so()
    {
        var run = await SwitchboardRun.ToEndAsync(["health", "8000"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'8000' is no address", run.Errors, StringComparison.Ordinal);
    }
}
