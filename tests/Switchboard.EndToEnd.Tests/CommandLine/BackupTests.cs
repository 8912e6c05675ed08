using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;

namespace Switchboard.EndToEnd.Tests.CommandLine;

public sealed class BackupTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("switchboard-test-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "kept.backup");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_one_installation_kept_another_has()
    {
        var created = await RunAsync("first", "keys", "create", "mine");
        var backup = await RunAsync("first", "backup", File);
        var again = await RunAsync("first", "backup", File);
        var restore = await RunAsync("second", "restore", File);
        var listed = await RunAsync("second", "keys", "list");
        var refused = await RunAsync("second", "restore", File);
        var forced = await RunAsync("second", "restore", File, "--force");

        Assert.Equal(0, created.ExitCode);
        Assert.Matches(@"^kept\.backup has \d+ rows and 0 files\.$", backup.Output.Trim());
        Assert.Equal((1, true), (again.ExitCode, again.Errors.Contains("is there already", StringComparison.Ordinal)));
        Assert.Matches(@"^\d+ rows and 0 files of \d{4}-\d\d-\d\d .* are back\.$", restore.Output.Trim());
        Assert.Contains("mine", listed.Output, StringComparison.Ordinal);
        Assert.Equal((1, true), (refused.ExitCode, refused.Errors.Contains("The database is not empty", StringComparison.Ordinal)));
        Assert.Equal((0, ""), (forced.ExitCode, forced.Errors));
    }

    [Fact]
    public async Task A_gateway_that_runs_is_backed_up()
    {
        _folder.CreateSubdirectory("running");
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = Configuration("running") }, Cancellation);
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        using var answer = await client.PostAsync("/v1/chat/completions", new StringContent("""{"model":"switchboard-tiny","max_tokens":2,"messages":[{"role":"user","content":"Hi"}]}""", System.Text.Encoding.UTF8, "application/json"), Cancellation);
        answer.EnsureSuccessStatusCode();

        // The revision's row is one; that of the request comes a moment later.
        var backup = await Poll.ForAsync(() => RunAsync("running", "backup", File, "--force"), run => !run.Output.Contains("has 1 rows", StringComparison.Ordinal), "the request is in the ledger", Cancellation);

        Assert.Equal((0, ""), (backup.ExitCode, backup.Errors));
    }

    [Fact]
    public async Task What_is_no_backup_is_told_so()
    {
        await System.IO.File.WriteAllTextAsync(File, "no archive", Cancellation);

        var broken = await RunAsync("first", "restore", File);
        var missing = await RunAsync("first", "restore", File + "-not");

        Assert.Equal((1, $"'{File}' is no backup, or not a whole one."), (broken.ExitCode, broken.Errors.Trim()));
        Assert.Equal((1, $"There is no '{File}-not'."), (missing.ExitCode, missing.Errors.Trim()));
    }

    private string Configuration(string name) => $"storage: {{ records: {Path.Combine(_folder.FullName, name, "switchboard.db")} }}";

    private Task<SwitchboardRun> RunAsync(string name, params string[] arguments)
    {
        _folder.CreateSubdirectory(name);
        return SwitchboardRun.ToEndAsync(arguments, Configuration(name));
    }
}
