using System.Globalization;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Caching;

/// <summary>Questions that mean the same get the same answer.</summary>
public sealed class SemanticCacheTests
{
    private const string Embeddings = "/v1/embeddings";

    [Fact]
    public async Task A_question_of_the_same_meaning_is_answered()
    {
        await using var gateway = await StartAsync();

        var first = await gateway.AskAsync(CachedGateway.Body("1 0 a"));
        var near = await gateway.AskAsync(CachedGateway.Body("1 0.1 b"));
        var far = await gateway.AskAsync(CachedGateway.Body("0 1 c"));
        var again = await gateway.AskAsync(CachedGateway.Body("1 0 a"));

        Assert.Equal(("miss", "semantic", "miss", "hit"), (first.Cache, near.Cache, far.Cache, again.Cache));
        Assert.Equal((first.Text, first.Text), (near.Text, again.Text));
        Assert.Equal("0.995", near.Headers["x-switchboard-cache-similarity"][..5]);
        Assert.True(near.Headers.ContainsKey("Age"));
        Assert.Equal(2, gateway.Upstream.Requests.Count(request => request.Path == CachedGateway.Chat));
        Assert.Equal(3, gateway.Upstream.Requests.Count(request => request.Path == Embeddings));
    }

    [Fact]
    public async Task The_vector_is_paid_for()
    {
        await using var gateway = await StartAsync();
        await gateway.AskAsync(CachedGateway.Body("1 0 a"));
        var near = await gateway.AskAsync(CachedGateway.Body("1 0 b"));

        var rows = await gateway.RowsAsync(2);

        // 1000 tokens of text-embedding-3-small at 0.02 dollars a million.
        Assert.Equal("0.00002", near.Headers["x-switchboard-cost"]);
        var cached = Assert.Single(rows, row => row.IsCached);
        Assert.Equal((20_000L, 1000), (cached.Cost, cached.Usage.Prompt));
        Assert.Equal(20_000L + (9 * 150) + (3 * 600), Assert.Single(rows, row => !row.IsCached).Cost);
    }

    [Fact]
    public async Task Only_the_last_question_may_differ()
    {
        await using var gateway = await StartAsync();
        await gateway.AskAsync(CachedGateway.Body("1 0 a"));
        string[] others =
        [
            CachedGateway.Body("1 0 b", more: ",\"temperature\":0.3"),
            CachedGateway.Body("1 0 b", model: "short"),
            CachedGateway.Body("1 0 b", stream: true),
            """{"model":"mine","messages":[{"role":"system","content":"S"},{"role":"user","content":"1 0 b"}]}""",
            """{"model":"mine","messages":[{"role":"user","content":"0 1"},{"role":"assistant","content":"x"},{"role":"user","content":"1 0 b"}]}""",
        ];
        foreach (var other in others)
        {
            Assert.Equal((other, "miss"), (other, (await gateway.AskAsync(other)).Cache));
        }

        Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body("1 0 d"), CachedGateway.Chat, ("x-switchboard-cache", "exact"))).Cache);
        Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body("1 0 e"), CachedGateway.Chat, ("Cache-Control", "no-cache"))).Cache);
        Assert.Equal("semantic", (await gateway.AskAsync(CachedGateway.Body("1 0 f"))).Cache);
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(200, """{"object":"list","data":[]}""")]
    [InlineData(200, """{"object":"list","data":[{"embedding":[0,0]}]}""")]
    [InlineData(200, """{"object":"list","data":[{"embedding":"?"}]}""")]
    public async Task Without_a_vector_the_question_is_asked(int status, string answer)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On(Embeddings, _ => UpstreamAnswer.Json(answer, status));

        Assert.Equal((200, "miss"), Of(await gateway.AskAsync(CachedGateway.Body("1 0 a"))));
        Assert.Equal((200, "miss"), Of(await gateway.AskAsync(CachedGateway.Body("1 0 b"))));
        Assert.Equal((200, "hit"), Of(await gateway.AskAsync(CachedGateway.Body("1 0 b"))));
    }

    [Fact]
    public async Task A_vector_that_does_not_come_in_time_is_not_waited_for()
    {
        await using var gateway = await StartAsync(settings => settings with { Timeout = TimeSpan.FromMilliseconds(50) });
        gateway.Upstream.On(Embeddings, async (_, ending) =>
        {
            await Task.Delay(Timeout.Infinite, ending);
            return UpstreamAnswer.Json("{}");
        });

        Assert.Equal((200, "miss"), Of(await gateway.AskAsync(CachedGateway.Body("1 0 a"))));
    }

    [Fact]
    public async Task The_oldest_questions_are_forgotten_and_flushed_answers_are_not_found()
    {
        await using var gateway = await StartAsync(settings => settings with { MaxEntries = 2 });
        foreach (var text in new[] { "1 0 0 a", "0 1 0 a", "0 0 1 a" })
        {
            Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body(text))).Cache);
        }

        Assert.Equal("semantic", (await gateway.AskAsync(CachedGateway.Body("0 1 0 b"))).Cache);
        Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body("1 0 0 b"))).Cache);
        await gateway.Answers.FlushAsync(null, null, TestContext.Current.CancellationToken);
        Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body("0 0 1 c"))).Cache);
    }

    [Fact]
    public async Task The_built_in_model_makes_vectors_offline()
    {
        await using var gateway = await StartAsync(settings => settings with { Model = "local/switchboard-tiny-embed", Threshold = 0.9 }, configuration => configuration with
        {
            Providers = new Dictionary<string, ProviderSettings>(configuration.Providers)
            {
                ["local"] = new() { Type = "local", ModelsDirectory = RepositoryRoot.Combine("models") },
            },
        });

        Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body("How do I reset my password?"))).Cache);
        Assert.Equal("semantic", (await gateway.AskAsync(CachedGateway.Body("how do I reset my password"))).Cache);
        Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body("Write a poem about the sea."))).Cache);
    }

    private static (int, string?) Of(Reply reply) => (reply.Status, reply.Cache);

    // The upstream's vector of a text are the numbers in it.
    private static async Task<CachedGateway> StartAsync(Func<SemanticCacheSettings, SemanticCacheSettings>? change = null, Func<GatewayConfiguration, GatewayConfiguration>? configure = null)
    {
        var semantic = new SemanticCacheSettings { Model = "openai/text-embedding-3-small", Timeout = TimeSpan.FromSeconds(30) };
        var gateway = await CachedGateway.StartAsync(cache => cache with { Semantic = change?.Invoke(semantic) ?? semantic }, configure);
        gateway.Upstream.On(Embeddings, request =>
        {
            var numbers = request.Json.GetProperty("input").GetString()!.Split(' ').Where(word => double.TryParse(word, CultureInfo.InvariantCulture, out _));
            return UpstreamAnswer.Json($$$"""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[{{{string.Join(',', numbers)}}}]}],"model":"e","usage":{"prompt_tokens":1000,"total_tokens":1000}}""");
        });
        return gateway;
    }
}
