using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Accounting;

[Collection(MetricCapture.Collection)]
public sealed class AccountingStageTests
{
    private const string Model = "gpt-4o-mini";

    private readonly KeptRows _kept = new();
    private readonly FleetProvider _first = new("first");
    private readonly FleetProvider _second = new("second");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_a_row_with_its_usage_and_cost()
    {
        _first.Answer = (call, cancellationToken) =>
        {
            call.Usage = new TokenUsage(1_000, 100) { Cached = 400, Reasoning = 10 };
            call.NoteHead(200);
            return FleetProvider.AnswerAsync(call, cancellationToken);
        };

        var row = await RunAsync(Calls.Chat(model: "first/" + Model));

        Assert.Equal(("chat.completions", "first/" + Model, "first", Model), (row.Operation, row.Model, row.Provider, row.Deployment));
        Assert.Equal((LedgerOutcome.Answered, 200, 1, "req_test"), (row.Outcome, row.Status, row.Attempts, row.RequestId));
        Assert.Equal(new TokenUsage(1_000, 100) { Cached = 400, Reasoning = 10 }, row.Usage);
        Assert.Equal(((600 * 150) + (400 * 75) + (100 * 600)), row.Cost);
        Assert.NotNull(row.FirstByte);
        Assert.False(row.IsEstimated || row.IsStream);
        Assert.Null(row.Error);
    }

    [Theory]
    [InlineData("first/of-ours", (100 * 3_000) + (10 * 4_000))]
    [InlineData("second/gpt-4o", (100 * 2_500) + (10 * 1_000))]
    public async Task Prices_of_a_deployment_of_ones_own_hold_and_list_prices_for_the_rest(string model, long cost)
    {
        _first.Answer = _second.Answer = (call, cancellationToken) =>
        {
            call.Usage = new TokenUsage(100, 10);
            call.NoteHead(200);
            return FleetProvider.AnswerAsync(call, cancellationToken);
        };

        Assert.Equal(cost, (await RunAsync(Calls.Chat(model: model))).Cost);
    }

    [Fact]
    public async Task An_error_costs_nothing()
    {
        _first.Fail(429, "rate_limit_exceeded");

        var row = await RunAsync(Calls.Chat(model: "first/" + Model));

        Assert.Equal((LedgerOutcome.Failed, 429, "rate_limit_exceeded", 0L), (row.Outcome, row.Status, row.Error, row.Cost));
    }

    [Fact]
    public async Task A_call_that_goes_nowhere_is_a_row_without_a_provider()
    {
        var row = await RunAsync(Calls.Chat(model: new string('x', 10_000)));

        Assert.Equal((LedgerOutcome.Failed, 404, "", 0, 0L), (row.Outcome, row.Status, row.Provider, row.Attempts, row.Cost));
        Assert.Equal(256, row.Model.Length);
    }

    [Fact]
    public async Task A_caller_that_leaves_before_the_answer_has_had_the_prompt_read()
    {
        using var leaving = new CancellationTokenSource();
        _first.Answer = async (call, cancellationToken) =>
        {
            await leaving.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return GatewayOutcome.Answered;
        };
        var call = Calls.Chat(model: "first/" + Model);

        var row = await RunAsync(call, leaving.Token);

        var prompt = call.Body.Length / 4;
        Assert.Equal((LedgerOutcome.Cancelled, 499, true, prompt, 0), (row.Outcome, row.Status, row.IsEstimated, row.Usage.Prompt, row.Usage.Completion));
        Assert.Equal(prompt * 150, row.Cost);
    }

    [Fact]
    public async Task What_passed_of_an_answer_that_broke_off_is_counted()
    {
        _first.Answer = (call, _) =>
        {
            call.NoteHead(200);
            call.Counted = 12;
            call.Fault = GatewayError.Upstream("It broke.", "upstream_cut");
            return new(GatewayOutcome.Answered);
        };
        var call = Calls.Chat(stream: true, model: "first/" + Model);

        var row = await RunAsync(call);

        Assert.Equal((LedgerOutcome.Broken, 200, "upstream_cut", true), (row.Outcome, row.Status, row.Error, row.IsEstimated));
        Assert.Equal(new TokenUsage(call.Body.Length / 4, 12), row.Usage);
        Assert.True(row.IsStream);
    }

    [Fact]
    public async Task Pictures_in_a_prompt_are_not_estimated_by_their_bytes()
    {
        _first.Answer = (call, _) =>
        {
            call.Counted = 12;
            return new(GatewayOutcome.CallerLeft);
        };
        var picture = new string('A', 1_000_000);

        var row = await RunAsync(Calls.Of(
            ApiOperation.ChatCompletions,
            $$$"""{"model":"first/{{{Model}}}","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{picture}}}"}}]}],"stream":true}"""));

        Assert.InRange(row.Usage.Prompt, 1_000, 1_100);
        Assert.Equal((12, true), (row.Usage.Completion, row.IsEstimated));
    }

    [Fact]
    public async Task What_was_told_at_the_beginning_of_a_stream_that_broke_off_counts_for_the_prompt()
    {
        _first.Answer = (call, _) =>
        {
            (call.Usage, call.Counted) = (new TokenUsage(77, 1) { Cached = 7 }, 5);
            return new(GatewayOutcome.CallerLeft);
        };

        var row = await RunAsync(Calls.Chat(stream: true, model: "first/" + Model));

        Assert.Equal((LedgerOutcome.Cancelled, new TokenUsage(77, 5) { Cached = 7 }, true), (row.Outcome, row.Usage, row.IsEstimated));
    }

    [Fact]
    public async Task An_exception_is_a_row_and_goes_on()
    {
        _first.Answer = (_, _) => throw new InvalidOperationException("a bug");

        await using (var ledger = Open())
        {
            await using var snapshot = Snapshot(Services(ledger));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await new GatewayPipeline(snapshot, Services(ledger)).RunAsync(Calls.Chat(model: "first/" + Model), Token));
        }

        var row = Assert.Single(_kept.Rows);
        Assert.Equal((LedgerOutcome.Failed, 500, "internal_error"), (row.Outcome, row.Status, row.Error));
    }

    [Fact]
    public async Task An_attempt_that_failed_and_told_usage_is_paid_too()
    {
        _first.Answer = (call, _) =>
        {
            call.Usage = new TokenUsage(1_000, 0);
            return new(GatewayOutcome.Failed(GatewayError.Upstream("It failed.")));
        };
        _second.Answer = (call, cancellationToken) =>
        {
            call.Usage = new TokenUsage(1_000, 10);
            return FleetProvider.AnswerAsync(call, cancellationToken);
        };

        var row = await RunAsync(Calls.Chat(model: "m"));

        Assert.Equal(("second", 2, LedgerOutcome.Answered), (row.Provider, row.Attempts, row.Outcome));
        Assert.Equal(new TokenUsage(2_000, 10), row.Usage);
        Assert.Equal((2_000 * 150) + (10 * 600), row.Cost);
    }

    [Fact]
    public async Task Without_a_price_the_cost_is_not_known_and_a_metric_says_so()
    {
        using var metrics = new MetricCapture();
        _first.Answer = (call, cancellationToken) =>
        {
            call.Usage = new TokenUsage(5, 5);
            return FleetProvider.AnswerAsync(call, cancellationToken);
        };

        var row = await RunAsync(Calls.Chat(model: "first/nobody-knows-it"));

        Assert.Null(row.Cost);
        Assert.Equal(1, metrics["switchboard.cost.unknown first"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_cost_is_known_with_the_head_where_the_usage_is(bool isTold)
    {
        long? known = 0;
        _first.Answer = (call, cancellationToken) =>
        {
            call.Usage = isTold ? new TokenUsage(1, 0) : null;
            known = call.NoteHead(200);
            return FleetProvider.AnswerAsync(call, cancellationToken);
        };

        await RunAsync(Calls.Chat(model: "first/" + Model));

        Assert.Equal(isTold ? 150L : null, known);
    }

    private static ProviderServices Services(Ledger ledger) => Provider.Services() with { Ledger = ledger };

    private Ledger Open() => new(_kept, null, TimeProvider.System, NullLogger<Ledger>.Instance);

    private GatewaySnapshot Snapshot(ProviderServices services)
    {
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["first"] = new() { Type = "openai" }, ["second"] = new() { Type = "openai" } },
            Models = new Dictionary<string, ModelSettings>
            {
                ["m"] = new() { Deployments = [new DeploymentSettings("first", Model)], Fallbacks = ["other"] },
                ["other"] = new() { Deployments = [new DeploymentSettings("second", Model)] },
                ["priced"] = new() { Deployments = [new DeploymentSettings("first", "of-ours") { InputPrice = 3, OutputPrice = 4 }, new DeploymentSettings("second", "gpt-4o") { OutputPrice = 1 }] },
            },
        };
        return GatewaySnapshot.Create(configuration, ProviderRegistry.Default.With("openai", (name, _, _) => name == "first" ? _first : _second), services);
    }

    private async Task<LedgerRow> RunAsync(GatewayCall call, CancellationToken? cancellationToken = null)
    {
        await using (var ledger = Open())
        {
            await using var snapshot = Snapshot(Services(ledger));
            await new GatewayPipeline(snapshot, Services(ledger)).RunAsync(call, cancellationToken ?? Token);
        }

        return Assert.Single(_kept.Rows);
    }
}
