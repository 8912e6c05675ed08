using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing;

public sealed class ModelListerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"object":"list","data":[{"id":"a","created":10,"owned_by":"me"},{"id":"b"},{"id":"a"},{"id":""},{"x":1},5]}""", "a 10 me, b 0 up")]
    [InlineData("""[{"id":"a","created":"x","owned_by":null}]""", "a 0 up")]
    [InlineData("""{"data":[]}""", "")]
    [InlineData("""{"models":[]}""", null)]
    [InlineData("""{"data":{}}""", null)]
    [InlineData("nonsense", null)]
    public async Task Reads_what_servers_list(string body, string? expected)
    {
        await using var upstream = ReplayUpstream.Start().Reply(200, body);
        using var provider = Provider.At(upstream.BaseUrl);

        var listing = await provider.ListModelsAsync(Token);

        var models = string.Join(", ", listing.Models.Select(model => $"{model.Id} {model.Created.ToUnixTimeSeconds()} {model.OwnedBy}"));
        Assert.Equal((expected ?? "", expected is null), (models, listing.Error is not null));
        Assert.Equal(("GET", "/v1/models"), (upstream.Requests[0].Method, upstream.Requests[0].Path));
    }

    [Theory]
    [InlineData("401 invalid_api_key", 401)]
    [InlineData("reset before headers", 502)]
    [InlineData("hang before headers", 504)]
    [InlineData("refuse connections", 502)]
    public async Task A_list_that_cannot_be_had_is_an_error_value(string misbehaviour, int status)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named(misbehaviour));
        using var provider = Provider.At(upstream.BaseUrl, change: settings => settings with { Timeout = TimeSpan.FromSeconds(status == 504 ? 1 : 30) });

        var listing = await provider.ListModelsAsync(Token);

        Assert.Equal((status, 0), (listing.Error?.Status, listing.Models.Count));
    }
}
