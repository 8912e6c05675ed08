using System.Text.Json;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.CommandLine;

public sealed class DoctorTests
{
    [Fact]
    public async Task All_is_well_without_anything()
    {
        var run = await SwitchboardRun.ToEndAsync(["doctor", "--port", "0"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("ok    providers.local: local answers and lists 2 models.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_looks_at_what_the_gateway_stands_on()
    {
        var run = await SwitchboardRun.ToEndAsync(["doctor", "--port", "0"], "storage: { shared: 'redis://:planted-word@127.0.0.1:1', files: /dev/null/files }\ntelemetry: { endpoint: 'http://127.0.0.1:1' }\nproviders: { local: { type: local } }");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("ok    storage.records: There is no database yet; it is made with the first write.", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"ok    logging\.file\.folder: .*logs can be written; [0-9,]+ MB are free", run.Output);
        Assert.Contains("warn  telemetry.endpoint: The collector at 127.0.0.1:1 cannot be reached", run.Output, StringComparison.Ordinal);
        Assert.Contains("fail  storage.shared: Redis does not answer", run.Output, StringComparison.Ordinal);
        Assert.Contains("fail  storage.files: /dev/null/files cannot be written: /dev/null is a file.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-word", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_be_had_is_told()
    {
        var away = await SwitchboardRun.ToEndAsync(["doctor", "--port", "0"], "storage: { records: 'postgres://user:planted-word@127.0.0.1:1/db' }\nproviders: { local: { type: local } }");

        Assert.Equal(2, away.ExitCode);
        Assert.Contains("fail  storage.records: PostgreSQL at 127.0.0.1", away.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-word", away.Output + away.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_file_is_a_line_and_the_exit_code_says_that_it_does_not_work()
    {
        var run = await SwitchboardRun.ToEndAsync(["doctor"], "server: { max_body_mb: 0 }");

        Assert.Equal((2, "fail  switchboard.yaml:1: server.max_body_mb: 0 is outside 1 to 1024 megabytes."), (run.ExitCode, run.Output.Trim()));
    }

    [Fact]
    public async Task Machines_read_it_as_json_and_a_call_tries_the_models()
    {
        await using var upstream = ReplayUpstream.Start();
        var run = await SwitchboardRun.ToEndAsync(
            ["doctor", "--port", "0", "--json", "--call"],
            $$"""
            providers: { box: { type: vllm, base_url: {{upstream.BaseUrl}}, api_key: sk-secret } }
            models: { mine: { deployments: [ { provider: box, model: gpt-4o-mini } ] } }
            """);

        // The prices of a server of one's own are not known.
        Assert.Equal(1, run.ExitCode);
        var findings = JsonElement.Parse(run.Output).EnumerateArray().Select(finding => $"{finding.GetProperty("verdict")} {finding.GetProperty("subject")}: {finding.GetProperty("message")}").ToArray();
        Assert.Contains("ok models.mine.deployments[0]: 'box' lists 'gpt-4o-mini'.", findings);
        Assert.Contains("ok models.mine.deployments[0]: It answered a short request.", findings);
        Assert.DoesNotContain("sk-secret", run.Output, StringComparison.Ordinal);
    }
}
