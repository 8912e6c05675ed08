using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing;

public sealed class RoutingTests
{
    private readonly FakeProvider _openai = new("openai", "gpt-4o", "shared", "org/model");
    private readonly FakeProvider _box = new("box", "shared", "llama");
    private readonly FakeProvider _local = new("local", "tiny");
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fast", "openai", "gpt-4o")]
    [InlineData("box/llama", "box", "llama")]
    [InlineData("box/not-listed", "box", "not-listed")]
    [InlineData("openai/org/model", "openai", "org/model")]
    [InlineData("org/model", "openai", "org/model")]
    [InlineData("llama", "box", "llama")]
    [InlineData("tiny", "local", "tiny")]
    [InlineData("box/renamed", "openai", "gpt-4o")]
    public async Task A_name_leads_to_its_provider(string model, string provider, string asked)
    {
        await using var snapshot = Snapshot(("fast", "openai", "gpt-4o"), ("box/renamed", "openai", "gpt-4o"));

        var outcome = await RunAsync(snapshot, model);

        Assert.False(outcome.IsError);
        Assert.Equal(asked, new[] { _openai, _box, _local }.Single(fake => fake.Name == provider).Asked);
    }

    [Theory]
    [InlineData("shared", 400, "ambiguous_model", "'box/shared' or 'openai/shared'")]
    [InlineData("nothing", 404, "model_not_found", "'nothing'")]
    [InlineData("nobody/model", 404, "model_not_found", "'nobody/model'")]
    [InlineData("openai/", 404, "model_not_found", "'openai/'")]
    [InlineData("/x", 404, "model_not_found", "'/x'")]
    public async Task A_name_that_leads_nowhere_is_told_why(string model, int status, string code, string said)
    {
        await using var snapshot = Snapshot();

        var outcome = await RunAsync(snapshot, model);

        Assert.Equal((status, code, "model"), (outcome.Error?.Status, outcome.Error?.Body.Code, outcome.Error?.Body.Param));
        Assert.Contains(said, outcome.Error!.Body.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_and_the_prefix_wait_for_no_listing()
    {
        _openai.Gate = _box.Gate = new TaskCompletionSource();
        await using var snapshot = Snapshot(("fast", "openai", "gpt-4o"));

        await RunAsync(snapshot, "fast");
        await RunAsync(snapshot, "box/x");

        Assert.Equal(("gpt-4o", "x"), (_openai.Asked, _box.Asked));
        Assert.Equal(0, _openai.Listings + _box.Listings);
    }

    [Fact]
    public async Task The_one_provider_that_cannot_be_listed_is_asked_itself()
    {
        _openai.Error = GatewayError.Upstream("down");
        await using var snapshot = Snapshot();

        await RunAsync(snapshot, "unlisted");

        Assert.Equal("unlisted", _openai.Asked);
    }

    [Fact]
    public async Task With_two_that_cannot_be_listed_nobody_is_guessed_and_local_never_stands_in()
    {
        _openai.Error = _box.Error = _local.Error = GatewayError.Upstream("down");
        await using var snapshot = Snapshot();

        var outcome = await RunAsync(snapshot, "unlisted");
        _openai.Error = _box.Error = null;
        _time.Advance(TimeSpan.FromSeconds(5));
        var afterwards = await RunAsync(snapshot, "unlisted");

        Assert.Equal((404, 404), (outcome.Error?.Status, afterwards.Error?.Status));
        Assert.Null(_local.Asked);
    }

    [Fact]
    public async Task A_capability_that_is_missing_is_a_clear_400()
    {
        await using var snapshot = Snapshot();
        var pipeline = new GatewayPipeline(snapshot, Provider.Services(_time));

        var outcome = await pipeline.RunAsync(Calls.Of(ApiOperation.Embeddings, """{"model":"box/x","input":"a"}"""), Token);

        Assert.Equal((400, "The provider 'box' of this model does not offer embeddings."), (outcome.Error?.Status, outcome.Error?.Body.Message));
    }

    [Fact]
    public async Task Lists_are_fresh_for_a_minute_and_failures_for_five_seconds()
    {
        _box.Error = GatewayError.Upstream("down");
        await using var snapshot = Snapshot();

        await RunAsync(snapshot, "gpt-4o");
        await RunAsync(snapshot, "gpt-4o");
        var first = (_openai.Listings, _box.Listings);
        _time.Advance(TimeSpan.FromSeconds(5));
        await RunAsync(snapshot, "gpt-4o");
        var second = (_openai.Listings, _box.Listings);
        _time.Advance(TimeSpan.FromSeconds(55));
        await RunAsync(snapshot, "gpt-4o");
        var third = (_openai.Listings, _box.Listings);

        Assert.Equal([(1, 1), (1, 2), (2, 3)], new[] { first, second, third });
    }

    [Fact]
    public async Task An_old_list_serves_while_the_new_one_is_fetched()
    {
        await using var snapshot = Snapshot();
        await RunAsync(snapshot, "gpt-4o");
        _time.Advance(TimeSpan.FromSeconds(61));
        _openai.Gate = new TaskCompletionSource();

        var outcome = await RunAsync(snapshot, "gpt-4o");

        Assert.False(outcome.IsError);
        Assert.Equal(2, _openai.Listings);
        _openai.Gate.SetResult();
    }

    [Fact]
    public async Task A_model_that_an_old_list_lacks_is_looked_for_in_a_new_one()
    {
        await using var snapshot = Snapshot();
        await RunAsync(snapshot, "gpt-4o");
        _box.Models = ["just-pulled"];
        _time.Advance(TimeSpan.FromSeconds(61));

        await RunAsync(snapshot, "just-pulled");

        Assert.Equal("just-pulled", _box.Asked);
    }

    [Fact]
    public async Task Callers_at_once_share_one_listing_and_one_who_leaves_takes_it_from_nobody()
    {
        _openai.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var snapshot = Snapshot();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var pipeline = new GatewayPipeline(snapshot, Provider.Services(_time));
        var left = pipeline.RunAsync(Calls.Chat(model: "gpt-4o"), leaving.Token).AsTask();
        var stayed = pipeline.RunAsync(Calls.Chat(model: "gpt-4o"), Token).AsTask();

        await leaving.CancelAsync();
        var gone = await left.WithinAsync("the one who left", Token);
        _openai.Gate.SetResult();
        var answered = await stayed.WithinAsync("the one who stayed", Token);

        Assert.Equal(499, gone.Error?.Status);
        Assert.False(answered.IsError);
        Assert.Equal(1, _openai.Listings);
    }

    [Fact]
    public async Task The_time_of_routing_is_noted()
    {
        await using var snapshot = Snapshot();
        var call = Calls.Chat(model: "box/x");

        await new GatewayPipeline(snapshot, Provider.Services(_time)).RunAsync(call, Token);

        Assert.Equal("route", Assert.Single(call.Timings.Phases).Key);
    }

    private GatewaySnapshot Snapshot(params (string Name, string Provider, string Model)[] rows) =>
        Snapshots.Of([_openai, _box, _local], _time, null, rows);

    private ValueTask<GatewayOutcome> RunAsync(GatewaySnapshot snapshot, string model) =>
        new GatewayPipeline(snapshot, Provider.Services(_time)).RunAsync(Calls.Chat(model: model), Token);
}
