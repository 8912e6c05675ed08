using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Pipeline;

/// <summary>Configuration to answer, over a real socket.</summary>
public sealed class GatewayPipelineTests : IAsyncDisposable
{
    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private readonly LogCapture _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _log.Dispose();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("gpt-4o-mini", "gpt-4o-mini")]
    [InlineData("openai/any", "any")]
    [InlineData("fast", "gpt-4o-mini")]
    public async Task A_call_goes_from_the_environments_provider_to_its_answer(string asked, string sent)
    {
        await using var snapshot = Snapshot();
        var sink = new RecordingSink();
        var call = Calls.Chat(model: asked, sink: sink);

        var outcome = await new GatewayPipeline(snapshot, Services()).RunAsync(call, Token);

        Assert.False(outcome.IsError);
        Assert.Contains("Hello from upstream.", await sink.ReadAllAsync(), StringComparison.Ordinal);
        Assert.Equal(sent, _upstream.Requests[^1].Json.GetProperty("model").GetString());
        Assert.Equal(["route", "connect", "first_byte"], call.Timings.Phases.Select(phase => phase.Key));
        Assert.Equal(new TokenUsage(9, 3), call.Usage);
    }

    [Theory]
    [InlineData(ApiOperation.Completions, """{"model":"openai/m","prompt":"x"}""", "/v1/completions")]
    [InlineData(ApiOperation.Embeddings, """{"model":"openai/m","input":"x"}""", "/v1/embeddings")]
    public async Task Each_operation_has_its_path(ApiOperation operation, string body, string path)
    {
        await using var snapshot = Snapshot();

        var outcome = await new GatewayPipeline(snapshot, Services()).RunAsync(Calls.Of(operation, body), Token);

        Assert.False(outcome.IsError);
        Assert.Equal(path, _upstream.Requests[^1].Path);
    }

    [Fact]
    public async Task A_refused_key_surfaces_for_a_model_that_could_not_be_looked_up()
    {
        _upstream.Misbehave(Misbehaviour.InvalidApiKey);
        await using var snapshot = Snapshot();

        var outcome = await new GatewayPipeline(snapshot, Services()).RunAsync(Calls.Chat(model: "gpt-4o"), Token);

        Assert.Equal(
            (401, "The provider 'openai' refused the gateway's key. Check providers.openai.api_key or OPENAI_API_KEY."),
            (outcome.Error?.Status, outcome.Error?.Body.Message));
    }

    [Fact]
    public async Task A_caller_who_left_is_an_outcome()
    {
        _upstream.Misbehave(Misbehaviour.HangBeforeHeaders);
        await using var snapshot = Snapshot();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = new GatewayPipeline(snapshot, Services()).RunAsync(Calls.Chat(model: "openai/x"), leaving.Token).AsTask();
        await _upstream.WaitForRequestAsync(Token);

        await leaving.CancelAsync();

        Assert.Equal(499, (await running.WithinAsync("the call", Token)).Error?.Status);
        Assert.Single(_log.Lines, line => line.StartsWith("Information Call req_test ended with 499", StringComparison.Ordinal));
    }

    [Fact]
    public async Task So_is_one_who_reads_no_more()
    {
        _upstream.HoldEvents();
        await using var snapshot = Snapshot();
        var sink = new RecordingSink();
        var running = new GatewayPipeline(snapshot, Services()).RunAsync(Calls.Chat(stream: true, model: "openai/x", sink: sink), Token).AsTask();
        await _upstream.ReleaseAsync(1, Token);
        await sink.ReadUntilAsync("\n\n");

        await sink.Reader.CompleteAsync();
        await _upstream.ReleaseAsync(1, Token);

        var outcome = await running.WithinAsync("the call", Token);
        Assert.Equal((false, true), (outcome.IsError, outcome.IsCallerGone));
        Assert.Single(_log.Lines, line => line.StartsWith("Information Call req_test ended with 499", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Logs_hold_neither_key_nor_prompt_nor_address()
    {
        _upstream.Misbehave(Misbehaviour.ServerError);
        await using var snapshot = Snapshot();
        var pipeline = new GatewayPipeline(snapshot, Services());

        await pipeline.RunAsync(Calls.Chat(model: "gpt-4o"), Token);
        await pipeline.RunAsync(Calls.Chat(model: "openai/gpt-4o", stream: true), Token);

        var log = string.Join('\n', _log.Lines);
        Assert.Contains("req_test", log, StringComparison.Ordinal);
        Assert.DoesNotContain(Provider.Key, log, StringComparison.Ordinal);
        Assert.DoesNotContain("Hi", log, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", log, StringComparison.Ordinal);
    }

    private ProviderServices Services() => Provider.Services(loggers: _log);

    private GatewaySnapshot Snapshot()
    {
        var written = new GatewayConfiguration
        {
            Models = new Dictionary<string, ModelSettings> { ["fast"] = new() { Deployments = [new("openai", "gpt-4o-mini")] } },
        };
        var configuration = EnvironmentDefaults.Apply(written, name => name switch
        {
            "OPENAI_API_KEY" => Provider.Key,
            "OPENAI_BASE_URL" => _upstream.BaseUrl.AbsoluteUri,
            _ => null,
        });
        Assert.Empty(ConfigurationRules.Check(configuration));
        return GatewaySnapshot.Create(configuration, ProviderRegistry.Default.With("local", (name, _, _) => new FakeProvider(name, "tiny")), Services());
    }
}
