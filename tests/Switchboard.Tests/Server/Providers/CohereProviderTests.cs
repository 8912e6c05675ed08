using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Providers;

/// <summary>Cohere behind the gateway, over real sockets.</summary>
public sealed class CohereProviderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Documents_are_ordered_and_told_again_where_that_is_asked()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/v2/rerank", _ => UpstreamAnswer.Json("""{"id":"r","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}],"meta":{"billed_units":{"search_units":1}}}"""));

        using var response = await gateway.Gateway.PostAsync("/v1/rerank", """{"model":"up/rerank-v3.5","query":"q","documents":["a",{"text":"b"},{"title":"t","text":"c"}],"top_n":2,"return_documents":true}""");

        Assert.Equal(
            """{"id":"r","model":"rerank-v3.5","results":[{"index":1,"relevance_score":0.9,"document":{"text":"b"}},{"index":0,"relevance_score":0.1,"document":{"text":"a"}}],"meta":{"billed_units":{"search_units":1}}}""",
            await response.Content.ReadAsStringAsync(Token));
        var request = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal("""{"model":"rerank-v3.5","query":"q","documents":["a","b","{\"title\":\"t\",\"text\":\"c\"}"],"top_n":2}""", request.BodyText);
        Assert.Equal($"Bearer {RelayedGateway.Key}", request.Header("authorization"));
    }

    [Theory]
    [InlineData("float", "[0.5,-1]")]
    [InlineData("base64", "\"AAAAPwAAgL8=\"")]
    public async Task Texts_become_vectors_in_as_many_requests_as_it_takes(string format, string expected)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/v2/embed", request => UpstreamAnswer.JsonOf(new
        {
            id = "e",
            embeddings = new { @float = request.Json.GetProperty("texts").EnumerateArray().Select(text => text.GetString() == "t100" ? new[] { 0.5, -1 } : [1, 1]) },
            meta = new { billed_units = new { input_tokens = request.Json.GetProperty("texts").GetArrayLength() } },
        }));
        var texts = JsonSerializer.Serialize(Enumerable.Range(0, 200).Select(i => $"t{i}"));

        using var response = await gateway.Gateway.PostAsync("/v1/embeddings", $$"""{"model":"up/embed-v4.0","input":{{texts}},"encoding_format":"{{format}}","dimensions":2,"input_type":"search_query"}""");

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.Equal((200, 100, expected, 200), (answer["data"]!.AsArray().Count, (int)answer["data"]![100]!["index"]!, answer["data"]![100]!["embedding"]!.ToJsonString(), (int)answer["usage"]!["total_tokens"]!));
        Assert.Equal([8, 96, 96], gateway.Upstream.Requests.Select(request => request.Json.GetProperty("texts").GetArrayLength()).Order());
        Assert.All(gateway.Upstream.Requests, request => Assert.Equal(("search_query", 2, "[\"float\"]"), (request.Json.GetProperty("input_type").GetString(), request.Json.GetProperty("output_dimension").GetInt32(), request.Json.GetProperty("embedding_types").GetRawText())));
    }

    [Fact]
    public async Task One_refused_request_of_several_is_the_answer()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/v2/embed", request => request.Number == 2
            ? UpstreamAnswer.Json("""{"message":"too many tokens"}""", 400)
            : UpstreamAnswer.JsonOf(new { embeddings = new { @float = request.Json.GetProperty("texts").EnumerateArray().Select(_ => new[] { 1, 2 }) } }));

        using var response = await gateway.Gateway.PostAsync("/v1/embeddings", $$"""{"model":"up/e","input":{{JsonSerializer.Serialize(Enumerable.Range(0, 2000).Select(i => $"t{i}"))}}}""");

        Assert.Equal((HttpStatusCode.BadRequest, "too many tokens"), (response.StatusCode, (await ErrorAnswer.ReadAsync(response)).Message));
    }

    [Fact]
    public async Task Real_embeddings_and_rerankings_arrive()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        await using var gateway = await StartAsync();
        gateway.Upstream
            .Reply(200, File.ReadAllText(SharedFolder.Combine("fixtures", "vercel+ai", "packages", "cohere", "src", "__fixtures__", "cohere-embedding.json")))
            .Reply(200, File.ReadAllText(SharedFolder.Combine("fixtures", "vercel+ai", "packages", "cohere", "src", "reranking", "__fixtures__", "cohere-reranking.1.json")));

        using var embeddings = await gateway.Gateway.PostAsync("/v1/embeddings", """{"model":"up/e","input":["a","b"]}""");
        using var reranking = await gateway.Gateway.PostAsync("/v1/rerank", """{"model":"up/r","query":"q","documents":["a","b"]}""");

        var vectors = JsonNode.Parse(await embeddings.Content.ReadAsStringAsync(Token))!;
        Assert.Equal((0.03302002, 10), ((double)vectors["data"]![0]!["embedding"]![0]!, (int)vectors["usage"]!["prompt_tokens"]!));
        Assert.Equal(1, (int)JsonNode.Parse(await reranking.Content.ReadAsStringAsync(Token))!["results"]![0]!["index"]!);
    }

    [Theory]
    [InlineData(400, """{"error_type":"TOO_MANY_TOKENS","id":"x","message":"too many tokens: size limit exceeded"}""", 400)]
    [InlineData(429, """{"message":"You are using a Trial key, which is limited to 10 API calls / minute."}""", 429)]
    [InlineData(498, """{"message":"invalid token"}""", 498)]
    [InlineData(503, """{"message":"temporarily unavailable"}""", 503)]
    public async Task Errors_keep_their_meaning(int status, string body, int expected)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(status, body).Reply(status, body).Reply(status, body);

        using var chat = await gateway.SendAsync(RelayedGateway.Chat());
        using var rerank = await gateway.Gateway.PostAsync("/v1/rerank", """{"model":"up/r","query":"q","documents":["a"]}""");

        Assert.Equal(expected, (await ErrorAnswer.ReadAsync(chat)).Status);
        Assert.Equal(expected, (await ErrorAnswer.ReadAsync(rerank)).Status);
    }

    [Fact]
    public async Task A_request_that_nests_deeply_is_no_fault_of_ours()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/v2/rerank", _ => UpstreamAnswer.Json("""{"results":[]}"""));

        using var response = await gateway.Gateway.PostAsync("/v1/rerank", $$"""{"model":"up/r","query":"q","documents":["a"],"x":{{new string('[', 100)}}{{new string(']', 100)}}}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Sound_is_passed_on()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/v2/audio/transcriptions", _ => UpstreamAnswer.Json("""{"text":"hello"}"""));

        using var response = await gateway.Gateway.PostAsync("/v1/audio/transcriptions", Form.Of(Form.Field("model", "up/cohere-transcribe"), Form.File("file", "x")), "multipart/form-data; boundary=b");

        Assert.Equal("""{"text":"hello"}""", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Its_models_are_listed()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/v1/models", request => request.Query == "?page_size=1000" ? UpstreamAnswer.Json("""{"models":[{"name":"command-a-03-2025","endpoints":["chat"],"context_length":288000.0}]}""") : UpstreamAnswer.Json("{}", 404));

        using var response = await gateway.Gateway.Client.GetAsync("/v1/models", Token);

        Assert.Contains("command-a-03-2025", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static Task<RelayedGateway> StartAsync() => RelayedGateway.StartAsync(settings => settings with { Type = "cohere" });
}
