using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing;

public sealed class ModelCatalogTests
{
    private readonly FakeProvider _openai = new("openai", "gpt-4o", "shared", "fast", "box/x");
    private readonly FakeProvider _box = new("box", "shared");
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shows_each_model_by_a_name_that_leads_to_it()
    {
        await using var snapshot = Snapshots.Of([_openai, _box], _time, null, ("fast", "box", "shared"), ("mine", "box", "unlisted"));

        var models = await new ModelCatalog(snapshot).ListAsync(Token);

        Assert.Equal(["fast", "mine", "box/shared", "gpt-4o", "openai/shared", "openai/fast", "openai/box/x"], models.Select(model => model.Id));
        Assert.Equal(["box", "switchboard", "box", "openai", "openai", "openai", "openai"], models.Select(model => model.OwnedBy));
        Assert.Equal(_time.Start, models[1].Created);
    }

    [Fact]
    public async Task Every_name_shown_leads_to_a_provider()
    {
        await using var snapshot = Snapshots.Of([_openai, _box], _time, null, ("fast", "box", "shared"));
        var pipeline = new GatewayPipeline(snapshot, Provider.Services(_time));
        var catalog = new ModelCatalog(snapshot);

        foreach (var model in await catalog.ListAsync(Token))
        {
            Assert.False((await pipeline.RunAsync(Calls.Chat(model: model.Id), Token)).IsError);
            Assert.Equal(model.Id, (await catalog.FindAsync(model.Id, Token))?.Id);
        }
    }

    [Theory]
    [InlineData("gpt-4o", true)]
    [InlineData("openai/gpt-4o", true)]
    [InlineData("fast", true)]
    [InlineData("shared", false)]
    [InlineData("box/none", false)]
    [InlineData("none", false)]
    public async Task Finds_a_model_by_any_of_its_names(string id, bool isFound)
    {
        await using var snapshot = Snapshots.Of([_openai, _box], _time, null, ("fast", "box", "shared"));

        Assert.Equal(isFound ? id : null, (await new ModelCatalog(snapshot).FindAsync(id, Token))?.Id);
    }

    [Fact]
    public async Task A_provider_that_fails_is_left_out_and_logged_once_a_change()
    {
        var log = new LogCapture();
        _box.Error = GatewayError.Upstream("it is down");
        await using var snapshot = Snapshots.Of([_openai, _box], _time, log);
        var catalog = new ModelCatalog(snapshot);

        var without = await catalog.ListAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(5));
        await catalog.ListAsync(Token);
        _box.Error = null;
        _time.Advance(TimeSpan.FromSeconds(5));
        await catalog.ListAsync(Token);
        var with = await catalog.ListAsync(Token);

        Assert.DoesNotContain(without, model => model.OwnedBy == "box");
        Assert.Contains(with, model => model.OwnedBy == "box");
        Assert.Equal(
            ["Warning The models of provider box cannot be listed: it is down", "Information The models of provider box can be listed again; it has 1."],
            log.Lines);
    }
}
