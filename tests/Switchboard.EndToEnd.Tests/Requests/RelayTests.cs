using System.Text;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Requests;

public sealed class RelayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Recorded_answers_reach_the_client_byte_for_byte()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var exchanges = Directory.EnumerateFiles(SharedFolder.Combine("recordings", "ChatTests"), "*.json").Order(StringComparer.Ordinal)
            .SelectMany(file => Recording.FromSession(file).Exchanges)
            .Where(exchange => exchange is { Method: "POST", Status: 200 } && exchange.Uri.AbsolutePath == "/v1/chat/completions" && !exchange.RequestBody.IsEmpty)
            .Take(60)
            .ToArray();
        Assert.Contains(exchanges, exchange => exchange.IsStream);

        // A provider that lists no models is asked for any.
        await using var upstream = ReplayUpstream.Start().On("/v1/models", _ => UpstreamAnswer.Json("{}", 404));
        await using var gateway = await StartAsync(upstream);
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };

        foreach (var exchange in exchanges)
        {
            upstream.On("/v1/chat/completions", _ => exchange.ToAnswer());
            using var response = await client.PostAsync("/v1/chat/completions", Body(exchange.RequestText), Cancellation);
            Assert.Equal(exchange.ResponseText, await response.Content.ReadAsStringAsync(Cancellation));
        }
    }

    [Fact]
    public async Task A_request_goes_on_as_it_came_but_for_model_and_key()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer of-the-caller");
        client.DefaultRequestHeaders.Add("Cookie", "a=b");

        using var response = await client.PostAsync("/v1/chat/completions", Body("""{ "model" : "mine", "x-unknown": [1, 2.50], "messages":[{"role":"user","content":"Grüße \u00fc"}] }"""), Cancellation);
        var request = upstream.Requests.Single(candidate => candidate.Path == "/v1/chat/completions");

        Assert.Equal("""{ "model" : "gpt-4o-mini", "x-unknown": [1, 2.50], "messages":[{"role":"user","content":"Grüße \u00fc"}] }""", request.BodyText);
        Assert.Equal("Bearer sk-upstream", request.Header("Authorization"));
        Assert.Null(request.Header("Cookie"));
        Assert.True(response.Headers.Contains("x-request-id"));
        Assert.Equal("req_canned", Assert.Single(response.Headers.GetValues("x-switchboard-upstream-request-id")));
    }

    [Fact]
    public async Task A_client_that_leaves_takes_its_upstream_request_along()
    {
        await using var upstream = ReplayUpstream.Start().HoldEvents();
        await using var gateway = await StartAsync(upstream);
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var asking = client.PostAsync("/v1/chat/completions", Body("""{"model":"mine","stream":true,"messages":[{"role":"user","content":"Hi"}]}"""), leaving.Token);
        await upstream.ReleaseAsync(2, Cancellation);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await upstream.WaitForDisconnectAsync(Cancellation);
    }

    private static Task<GatewayProcess> StartAsync(ReplayUpstream upstream) => GatewayProcess.StartAsync(
        new GatewayProcessOptions
        {
            Configuration = $$"""
                providers:
                  relay: { type: openai, base_url: "{{upstream.BaseUrl}}", api_key: ${UPSTREAM_KEY} }
                models:
                  mine: { deployments: [ { provider: relay, model: gpt-4o-mini } ] }
                """,
            Environment = new Dictionary<string, string> { ["UPSTREAM_KEY"] = "sk-upstream" },
        },
        Cancellation);

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
