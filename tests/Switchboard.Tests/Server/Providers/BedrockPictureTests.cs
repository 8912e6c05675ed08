using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers.Bedrock;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Translation.Pictures;

namespace Switchboard.Tests.Server.Providers;

/// <summary>Pictures and reranking on Amazon Bedrock behind the gateway, over real sockets.</summary>
public sealed class BedrockPictureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nova_draws_all_at_once_and_Stability_one_by_one()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream
            .On("/model/amazon.nova-canvas-v1%3A0/invoke", _ => UpstreamAnswer.Json("""{"images":["AAAA","BBBB"],"error":null}"""))
            .On("/model/stability.sd3-5-large-v1%3A0/invoke", _ => UpstreamAnswer.Json("""{"seeds":[2130420379],"finish_reasons":[null],"images":["CCCC"]}"""));

        var nova = await DrawAsync(gateway, "amazon.nova-canvas-v1:0");
        var stability = await DrawAsync(gateway, "stability.sd3-5-large-v1:0");

        Assert.Equal(["AAAA", "BBBB"], Pictures(nova));
        Assert.Equal(["CCCC", "CCCC"], Pictures(stability));
        Assert.Equal(3, gateway.Upstream.Requests.Count);
        Assert.Equal("""{"prompt":"A cat","aspect_ratio":"1:1"}""", gateway.Upstream.Requests[1].BodyText);
        Assert.StartsWith("AWS4-HMAC-SHA256 ", gateway.Upstream.Requests[0].Header("authorization"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amazon.nova-canvas-v1:0", """{"images":[],"error":"This request has been blocked by our content filters."}""", "blocked by our content filters")]
    [InlineData("stability.sd3-5-large-v1:0", """{"finish_reasons":["Filter reason: prompt"]}""", "Filter reason: prompt")]
    public async Task A_picture_that_is_withheld_is_told_why(string model, string answer, string reason)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(200, answer);

        using var response = await gateway.Gateway.PostAsync("/v1/images/generations", $$"""{"model":"up/{{model}}","prompt":"A"}""");

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Equal((400, "content_policy_violation"), (error.Status, error.Code));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"images":[1]}""")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("""{"images":{}}""")]
    public async Task An_answer_that_is_none_is_the_providers_fault(string answer)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(200, answer);

        using var response = await gateway.Gateway.PostAsync("/v1/images/generations", """{"model":"up/amazon.nova-canvas-v1:0","prompt":"A"}""");

        Assert.Equal((502, "upstream_bad_response"), ((int)response.StatusCode, (await ErrorAnswer.ReadAsync(response)).Code));
    }

    [Fact]
    public async Task Errors_are_known_by_the_header_that_names_them()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(429, """{"message":"Slow down."}""", ("x-amzn-errortype", "ThrottlingException"));

        using var response = await gateway.Gateway.PostAsync("/v1/images/generations", """{"model":"up/amazon.nova-canvas-v1:0","prompt":"A"}""");

        Assert.Equal((429, "ThrottlingException"), ((int)response.StatusCode, (await ErrorAnswer.ReadAsync(response)).Code));
    }

    [Theory]
    [InlineData("images/generations", """{"model":"up/us.anthropic.claude","prompt":"A"}""", "unsupported_operation")]
    [InlineData("images/edits", """{"model":"up/amazon.nova-canvas-v1:0","prompt":"A","images":[{"file_id":"f"}]}""", "unsupported_value")]
    [InlineData("images/generations", """{"model":"up/amazon.nova-canvas-v1:0","prompt":"A","user":"\ud800"}""", "invalid_value")]
    public async Task What_cannot_be_is_refused(string path, string body, string code)
    {
        await using var gateway = await StartAsync();

        using var response = await gateway.Gateway.PostAsync("/v1/" + path, body);

        Assert.Equal((400, code), ((int)response.StatusCode, (await ErrorAnswer.ReadAsync(response)).Code));
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_form_with_a_mask_edits_inside_it()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(200, """{"images":["AAAA"]}""");
        using var form = new MultipartFormDataContent { { new StringContent("up/amazon.nova-canvas-v1:0"), "model" }, { new StringContent("A hat"), "prompt" }, { new StringContent("2"), "n" }, { new StringContent("1024x1024"), "size" } };
        form.Add(new ByteArrayContent([0xFF, 0xD8, 0xFF, 1]), "image[]", "a.jpg");
        form.Add(new ByteArrayContent(Png.Mask([[true, false], [false, false]])), "mask", "mask.png");

        using var response = await gateway.Gateway.Client.PostAsync(new Uri("/v1/images/edits", UriKind.Relative), form, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("size", response.Headers.GetValues("x-switchboard-dropped").Single());
        var sent = JsonNode.Parse(Assert.Single(gateway.Upstream.Requests).BodyText)!;
        var mask = sent["inPaintingParams"]!["maskImage"]!;
        Assert.Equal(["#.", ".."], Png.Read(Convert.FromBase64String((string)mask!)));
        sent["inPaintingParams"]!["maskImage"] = "";
        Assert.Equal("""{"taskType":"INPAINTING","inPaintingParams":{"text":"A hat","image":"/9j/AQ==","maskImage":""},"imageGenerationConfig":{"numberOfImages":2}}""", sent.ToJsonString());
    }

    [Fact]
    public async Task Variations_are_without_words()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(200, """{"images":["AAAA"]}""");
        using var form = new MultipartFormDataContent { { new StringContent("up/amazon.titan-image-generator-v2:0"), "model" } };
        form.Add(new ByteArrayContent([1, 2, 3]), "image", "a.png");

        using var response = await gateway.Gateway.Client.PostAsync(new Uri("/v1/images/variations", UriKind.Relative), form, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"taskType":"IMAGE_VARIATION","imageVariationParams":{"images":["AQID"]},"imageGenerationConfig":{"numberOfImages":1}}""", Assert.Single(gateway.Upstream.Requests).BodyText);
    }

    [Fact]
    public async Task Documents_are_ordered_by_the_agent_runtime()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/rerank", _ => UpstreamAnswer.Json("""{"results":[{"index":1,"relevanceScore":0.9},{"index":0,"relevanceScore":0.1}]}"""));

        using var response = await gateway.Gateway.PostAsync("/v1/rerank", """{"model":"up/cohere.rerank-v3-5:0","query":"q","documents":["a",{"text":"b"},{"title":"t","text":"c"}],"top_n":2,"return_documents":true,"max_tokens_per_doc":9}""");

        Assert.Equal(
            """{"model":"cohere.rerank-v3-5:0","results":[{"index":1,"relevance_score":0.9,"document":{"text":"b"}},{"index":0,"relevance_score":0.1,"document":{"text":"a"}}]}""",
            await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("max_tokens_per_doc", response.Headers.GetValues("x-switchboard-dropped").Single());
        var request = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal(
            """{"queries":[{"type":"TEXT","textQuery":{"text":"q"}}],"sources":[{"type":"INLINE","inlineDocumentSource":{"type":"TEXT","textDocument":{"text":"a"}}},{"type":"INLINE","inlineDocumentSource":{"type":"TEXT","textDocument":{"text":"b"}}},{"type":"INLINE","inlineDocumentSource":{"type":"JSON","jsonDocument":{"title":"t","text":"c"}}}],"rerankingConfiguration":{"type":"BEDROCK_RERANKING_MODEL","bedrockRerankingConfiguration":{"numberOfResults":2,"modelConfiguration":{"modelArn":"arn:aws:bedrock:us-east-1::foundation-model/cohere.rerank-v3-5:0"}}}}""",
            request.BodyText);
        Assert.Contains("/us-east-1/bedrock/aws4_request", request.Header("authorization"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bedrock-agent-runtime", "https://bedrock-runtime.us-east-1.amazonaws.com", "https://bedrock-agent-runtime.us-east-1.amazonaws.com/")]
    [InlineData("bedrock", "https://bedrock-runtime-fips.us-east-1.amazonaws.com", "https://bedrock-fips.us-east-1.amazonaws.com/")]
    [InlineData("bedrock-agent-runtime", "https://gateway.example/aws", "https://gateway.example/aws")]
    public void Each_service_has_its_host(string service, string runtime, string expected) =>
        Assert.Equal(expected, BedrockProvider.AddressOf(service, new Uri(runtime)).AbsoluteUri);

    [Fact]
    public async Task A_real_reranking_arrives()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(200, await File.ReadAllTextAsync(SharedFolder.Combine("fixtures", "vercel+ai", "packages", "amazon-bedrock", "src", "reranking", "__fixtures__", "amazon-bedrock-reranking.1.json"), Token));

        using var response = await gateway.Gateway.PostAsync("/v1/rerank", """{"model":"up/amazon.rerank-v1:0","query":"q","documents":["a","b","c","d","e","f"]}""");

        var results = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token)).GetProperty("results");
        Assert.Equal((5, 0.30241215229034424), (results[1].GetProperty("index").GetInt32(), results[1].GetProperty("relevance_score").GetDouble()));
    }

    [Theory]
    [InlineData("""{"model":"up/r","query":7,"documents":["a"]}""", "query")]
    [InlineData("""{"model":"up/r","query":"q","documents":["a",7]}""", "documents[1]")]
    [InlineData("""{"model":"up/r","query":"q","documents":["a"],"top_n":"x"}""", "top_n")]
    [InlineData("""{"model":"up/r","query":"q","documents":{"a":1}}""", "documents")]
    public async Task What_cannot_be_ranked_is_refused(string body, string parameter)
    {
        await using var gateway = await StartAsync();

        using var response = await gateway.Gateway.PostAsync("/v1/rerank", body);

        Assert.Equal((HttpStatusCode.BadRequest, parameter), (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token)).GetProperty("error").GetProperty("param").GetString()));
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData("""{"results":[{"index":1,"relevanceScore":0.9}]}""")]
    [InlineData("""{"results":[{"index":-1,"relevanceScore":0.9}]}""")]
    [InlineData("""{"results":[{"index":0}]}""")]
    [InlineData("""{"results":[7]}""")]
    [InlineData("""{"results":[{"index":0,"relevanceScore":0.9}],"nextToken":"t"}""")]
    public async Task An_order_that_is_none_is_the_providers_fault(string answer)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(200, answer);

        using var response = await gateway.Gateway.PostAsync("/v1/rerank", """{"model":"up/r","query":"q","documents":["a"]}""");

        Assert.Equal((502, "upstream_bad_response"), ((int)response.StatusCode, (await ErrorAnswer.ReadAsync(response)).Code));
    }

    private static async Task<JsonNode> DrawAsync(RelayedGateway gateway, string model)
    {
        using var response = await gateway.Gateway.PostAsync("/v1/images/generations", $$"""{"model":"up/{{model}}","prompt":"A cat","n":2,"size":"1024x1024"}""");
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
    }

    private static IEnumerable<string> Pictures(JsonNode answer) => answer["data"]!.AsArray().Select(picture => (string)picture!["b64_json"]!);

    private static Task<RelayedGateway> StartAsync() => RelayedGateway.StartAsync(settings => settings with
    {
        Type = "bedrock",
        BaseUrl = new Uri(settings.BaseUrl!, "/"),
        ApiKey = null,
        Region = "us-east-1",
        AccessKeyId = new Secret("AKIDEXAMPLE"),
        SecretAccessKey = new Secret("wJalrXUtnFEMI-SECRET"),
    });
}
