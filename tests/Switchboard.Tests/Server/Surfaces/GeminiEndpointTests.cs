using System.Net;
using System.Text.Json;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Surfaces;

/// <summary><c>/v1beta/models/{model}:…</c> over real sockets, before a provider of OpenAI's dialect and before the local engine.</summary>
public sealed class GeminiEndpointTests
{
    private const string Ask = """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"maxOutputTokens":64}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1beta", "up/m")]
    [InlineData("v1beta", "up%2Fm")]
    [InlineData("v1", "up/m")]
    public async Task Content_is_answered_as_Google_does(string version, string model)
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync($"/{version}/models/{model}:generateContent?key=sk-caller", Ask, ("x-goog-api-key", "sk-caller"));
        var answer = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var candidate = answer.GetProperty("candidates")[0];
        Assert.Equal("Hello from upstream.", candidate.GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString());
        Assert.Equal("STOP", candidate.GetProperty("finishReason").GetString());
        Assert.True(answer.GetProperty("usageMetadata").GetProperty("totalTokenCount").GetInt32() > 0);
        var asked = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":64}""", asked.BodyText);
        Assert.Equal("", asked.Query);
        Assert.DoesNotContain(asked.Headers, header => header.Value.Contains("sk-caller", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("?alt=sse", "text/event-stream")]
    [InlineData("", "application/json")]
    public async Task A_stream_is_events_or_one_array(string query, string mediaType)
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync($"/v1beta/models/up/m:streamGenerateContent{query}", Ask);
        var text = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        var chunks = query.Length > 0
            ? ServerSentEvents.Read(text).Select(one => JsonElement.Parse(one.Data)).ToList()
            : [.. JsonElement.Parse(text).EnumerateArray()];
        Assert.Equal("Hello from upstream.", string.Concat(chunks.Select(chunk => chunk.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString())));
        Assert.Equal("STOP", chunks[^1].GetProperty("candidates")[0].GetProperty("finishReason").GetString());
        Assert.True(chunks[^1].GetProperty("usageMetadata").GetProperty("promptTokenCount").GetInt32() > 0);
    }

    [Theory]
    [InlineData(400, 400, "INVALID_ARGUMENT")]
    [InlineData(401, 401, "UNAUTHENTICATED")]
    [InlineData(403, 403, "PERMISSION_DENIED")]
    [InlineData(404, 404, "NOT_FOUND")]
    [InlineData(429, 429, "RESOURCE_EXHAUSTED")]
    [InlineData(500, 502, "UNAVAILABLE")]
    [InlineData(529, 503, "UNAVAILABLE")]
    public async Task A_providers_error_is_told_as_Google_tells_it(int status, int told, string word)
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(status, """{"error":{"message":"So it is.","type":"x","param":null,"code":null}}""");

        using var response = await gateway.SendAsync("/v1beta/models/up/m:generateContent", Ask);

        await AssertErrorAsync(response, told, word);
    }

    [Theory]
    [InlineData("/v1beta/models/up/m:generateContent", "{", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1beta/models/up/m:generateContent", "{}", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1beta/models/nobody:generateContent", Ask, 404, "NOT_FOUND")]
    [InlineData("/v1beta/models/up/m:predictLongRunning", Ask, 404, "NOT_FOUND")]
    [InlineData("/v1beta/files", "{}", 404, "NOT_FOUND")]
    public async Task The_gateways_own_refusals_have_the_shape(string path, string body, int status, string word)
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync(path, body);

        await AssertErrorAsync(response, status, word);
    }

    [Theory]
    [InlineData("?alt=sse")]
    [InlineData("")]
    public async Task A_fault_in_the_stream_is_told_at_its_end(string query)
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Misbehave(Misbehaviour.Named("reset after 2 events"));

        using var response = await gateway.SendAsync($"/v1beta/models/up/m:streamGenerateContent{query}", Ask);
        var text = await response.Content.ReadAsStringAsync(Token);

        var last = query.Length > 0 ? JsonElement.Parse(ServerSentEvents.Read(text).Last().Data) : JsonElement.Parse(text).EnumerateArray().Last();
        Assert.Equal("UNAVAILABLE", last.GetProperty("error").GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_local_engine_answers_too()
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync("/v1beta/models/switchboard-tiny:generateContent", Ask);

        var answer = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token));
        Assert.NotEqual("", answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("up/m", """{"contents":[{"parts":[{"text":"Hi"}]}]}""", true)]
    [InlineData("switchboard-tiny", """{"generateContentRequest":{"model":"models/x","contents":[{"parts":[{"text":"Hi"}]}]}}""", false)]
    public async Task Tokens_are_counted_or_estimated(string model, string body, bool isEstimate)
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync($"/v1beta/models/{model}:countTokens", body);

        Assert.InRange(JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token)).GetProperty("totalTokens").GetInt32(), 1, 60);
        Assert.Equal(isEstimate, response.Headers.Contains("x-switchboard-estimate"));
    }

    [Fact]
    public async Task Embeddings_are_made_one_or_several()
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var one = await gateway.SendAsync("/v1beta/models/switchboard-tiny-embed:embedContent", """{"content":{"parts":[{"text":"A fox."}]},"taskType":"RETRIEVAL_QUERY"}""");
        using var several = await gateway.SendAsync("/v1beta/models/switchboard-tiny-embed:batchEmbedContents", """{"requests":[{"model":"models/switchboard-tiny-embed","content":{"parts":[{"text":"A fox."}]}},{"content":{"parts":[{"text":"A port."}]}}]}""");

        var vector = JsonElement.Parse(await one.Content.ReadAsByteArrayAsync(Token)).GetProperty("embedding").GetProperty("values");
        var vectors = JsonElement.Parse(await several.Content.ReadAsByteArrayAsync(Token)).GetProperty("embeddings");
        Assert.Equal(256, vector.GetArrayLength());
        Assert.Equal("taskType", Assert.Single(one.Headers.GetValues("x-switchboard-dropped")));
        Assert.Equal(2, vectors.GetArrayLength());
        Assert.True(JsonElement.DeepEquals(vector, vectors[0].GetProperty("values")));
    }

    [Fact]
    public async Task What_is_no_text_is_not_embedded_as_an_empty_one()
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync("/v1beta/models/switchboard-tiny-embed:embedContent", """{"content":{"parts":[{"text":"A fox."},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}""");

        await AssertErrorAsync(response, 400, "INVALID_ARGUMENT");
    }

    [Fact]
    public async Task Models_are_listed_and_each_can_be_retrieved()
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.Gateway.Client.GetAsync("/v1beta/models", Token);
        using var one = await gateway.Gateway.Client.GetAsync("/v1beta/models/sonnet", Token);
        using var missing = await gateway.Gateway.Client.GetAsync("/v1beta/models/nobody", Token);

        var models = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token)).GetProperty("models");
        Assert.Contains("models/switchboard-tiny", models.EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Equal("models/sonnet", JsonElement.Parse(await one.Content.ReadAsByteArrayAsync(Token)).GetProperty("name").GetString());
        await AssertErrorAsync(missing, 404, "NOT_FOUND");
    }

    [Fact]
    public async Task Below_v1_the_paths_of_models_stay_OpenAIs_for_all_others()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        using var google = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        google.Headers.Add("x-goog-api-key", "any");

        using var post = await gateway.SendAsync("/v1/models/up/m", "{}");
        using var list = await gateway.Gateway.Client.GetAsync("/v1/models", Token);
        using var googles = await gateway.Gateway.Client.SendAsync(google, Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal("method_not_allowed", (await ErrorAnswer.ReadAsync(post)).Code);
        Assert.Equal("list", JsonElement.Parse(await list.Content.ReadAsByteArrayAsync(Token)).GetProperty("object").GetString());
        Assert.NotEqual(0, JsonElement.Parse(await googles.Content.ReadAsByteArrayAsync(Token)).GetProperty("models").GetArrayLength());
    }

    private static async Task AssertErrorAsync(HttpResponseMessage response, int status, string word)
    {
        var error = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token)).GetProperty("error");
        Assert.Equal((status, status, word), ((int)response.StatusCode, error.GetProperty("code").GetInt32(), error.GetProperty("status").GetString()));
        Assert.NotEqual("", error.GetProperty("message").GetString());
    }
}
