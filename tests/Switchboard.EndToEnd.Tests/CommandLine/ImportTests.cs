namespace Switchboard.EndToEnd.Tests.CommandLine;

public sealed class ImportTests : IDisposable
{
    private const string Config = """
        model_list:
          - model_name: mine
            litellm_params: { model: hosted_vllm/small, api_base: "http://127.0.0.1:9/v1", api_key: planted-secret }
        router_settings: { retry_policy: { TimeoutErrorRetries: 3 } }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-test-").FullName;

    [Fact]
    public async Task It_writes_a_file_that_the_gateway_reads_and_says_what_is_left_out()
    {
        var (config, output) = (Write(Config), Path.Combine(_folder, "switchboard.yaml"));

        var run = await SwitchboardRun.ToEndAsync(["import", "litellm", config, "--output", output]);
        var models = await SwitchboardRun.ToEndAsync(["models", "--config", output], null, ("UPSTREAM_API_KEY", "any"));

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("left out  router_settings.retry_policy (line 4): ", run.Errors, StringComparison.Ordinal);
        Assert.Contains("set  UPSTREAM_API_KEY: the value of model_list[].litellm_params.api_key in line 3", run.Errors, StringComparison.Ordinal);
        Assert.Contains("1 models, 1 deployments, 1 providers", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", run.Errors + await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, models.ExitCode);
        Assert.StartsWith("mine ", models.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_output_it_prints_and_a_file_that_is_there_is_replaced_by_force_alone()
    {
        var (config, output) = (Write(Config), Path.Combine(_folder, "switchboard.yaml"));
        await File.WriteAllTextAsync(output, "mine", TestContext.Current.CancellationToken);

        var printed = await SwitchboardRun.ToEndAsync(["import", "litellm", config]);
        var refused = await SwitchboardRun.ToEndAsync(["import", "litellm", config, "--output", output]);
        var kept = await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken);
        var forced = await SwitchboardRun.ToEndAsync(["import", "litellm", config, "--output", output, "--force"]);

        Assert.Equal(0, printed.ExitCode);
        Assert.Contains("\nmodels:\n  mine:\n", printed.Output, StringComparison.Ordinal);
        Assert.Equal((1, "mine"), (refused.ExitCode, kept));
        Assert.Contains("is there already", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(0, forced.ExitCode);
        Assert.Equal(printed.Output.TrimEnd(), (await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken)).TrimEnd());
    }

    [Fact]
    public async Task Strictly_nothing_may_be_left_out()
    {
        var run = await SwitchboardRun.ToEndAsync(["import", "litellm", Write(Config), "--strict"]);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("hello: world")]
    [InlineData("model_list: [")]
    [InlineData(null)]
    public async Task A_file_that_is_none_of_LiteLLM_s_has_exit_code_2(string? text)
    {
        var run = await SwitchboardRun.ToEndAsync(["import", "litellm", text is null ? Path.Combine(_folder, "nowhere.yaml") : Write(text)]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string text)
    {
        var file = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(file, text);
        return file;
    }
}
