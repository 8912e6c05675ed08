namespace Switchboard.EndToEnd.Tests.CommandLine;

public sealed class UsageTests
{
    private const string Records = "storage: { records: ledger.db }";

    [Fact]
    public async Task Where_nothing_was_used_there_is_a_head_and_nothing_else()
    {
        var run = await SwitchboardRun.ToEndAsync(["usage", "--from", "2026-01-01", "--to", "2026-01-31", "--group-by", "day,model,key"], Records);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches(@"^day +model +key +requests .*cost_unknown\s*$", run.Output);
    }

    [Theory]
    [InlineData("--from", "yesterday")]
    [InlineData("--to", "2026-13-01")]
    [InlineData("--group-by", "moon")]
    [InlineData("--group-by", "user")]
    [InlineData("--from", "9998-01-01")]
    public async Task What_cannot_be_is_said(string option, string value)
    {
        var run = await SwitchboardRun.ToEndAsync(["usage", option, value], Records);

        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Errors);
    }

    [Fact]
    public async Task Where_nothing_is_kept_that_is_said() =>
        Assert.Equal(2, (await SwitchboardRun.ToEndAsync(["usage"], "storage: { records: \":memory:\" }")).ExitCode);
}
