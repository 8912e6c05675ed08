using System.Net;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers.Bedrock;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Providers;

/// <summary>Amazon Bedrock behind the gateway, over real sockets.</summary>
public sealed class BedrockProviderTests
{
    private const string Model = "us.amazon.nova-2-lite-v1:0";
    private const string Answer = """{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_signed_as_it_is_sent()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time: time);
        gateway.Upstream.Reply(200, Answer);

        using var response = await gateway.SendAsync(RelayedGateway.Chat(model: $"up/{Model}"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal("/model/us.amazon.nova-2-lite-v1%3A0/converse", request.Path);
        CheckSignature(request, gateway, time);
    }

    [Fact]
    public async Task The_lists_of_models_are_signed_too_and_both_are_told()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time: time);
        gateway.Upstream
            .On("/foundation-models", _ => UpstreamAnswer.Json("""{"modelSummaries":[{"modelId":"amazon.nova-lite-v1:0","modelName":"Nova Lite","providerName":"Amazon"}]}"""))
            .On("/inference-profiles", _ => UpstreamAnswer.Json("""{"inferenceProfileSummaries":[{"inferenceProfileId":"us.amazon.nova-lite-v1:0","inferenceProfileName":"US Nova Lite"}]}"""));

        using var response = await gateway.Gateway.Client.GetAsync("/v1/models", Token);

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("\"amazon.nova-lite-v1:0\"", text, StringComparison.Ordinal);
        Assert.Contains("\"us.amazon.nova-lite-v1:0\"", text, StringComparison.Ordinal);
        Assert.All(gateway.Upstream.Requests, request => CheckSignature(request, gateway, time));
    }

    [Fact]
    public async Task A_key_of_Bedrocks_own_is_a_bearer()
    {
        await using var gateway = await StartAsync(settings => settings with { AccessKeyId = null, SecretAccessKey = null, SessionToken = null, ApiKey = new Secret("bedrock-key") });
        gateway.Upstream.Reply(200, Answer);

        using var response = await gateway.SendAsync(RelayedGateway.Chat());

        Assert.Equal(("Bearer bedrock-key", null), (gateway.Upstream.Requests[0].Header("authorization"), gateway.Upstream.Requests[0].Header("x-amz-date")));
    }

    [Fact]
    public async Task A_stream_becomes_events()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(Stream(
            AwsEventMessages.Event("messageStart", """{"role":"assistant"}"""),
            AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"Hi"}}"""),
            AwsEventMessages.Event("messageStop", """{"stopReason":"end_turn"}"""),
            AwsEventMessages.Event("metadata", """{"usage":{"inputTokens":1,"outputTokens":1}}""")));

        using var response = await gateway.SendAsync(RelayedGateway.Chat(stream: true));

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("\"content\":\"Hi\"", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.EndsWith("/converse-stream", gateway.Upstream.Requests[0].Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throttlingException", 429, "ThrottlingException")]
    [InlineData("validationException", 400, "ValidationException")]
    [InlineData("serviceUnavailableException", 503, "overloaded")]
    [InlineData("internalServerException", 502, "InternalServerException")]
    [InlineData("modelStreamErrorException", 502, "ModelStreamErrorException")]
    public async Task An_exception_that_begins_a_stream_is_a_status(string exception, int status, string code)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(Stream(AwsEventMessages.Exception(exception, """{"message":"No."}""")));

        using var response = await gateway.SendAsync(RelayedGateway.Chat(stream: true));

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Equal((status, code), (error.Status, error.Code));
        Assert.Contains("No.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_in_a_stream_is_its_last_event()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(Stream(
            AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"Hi"}}"""),
            AwsEventMessages.Exception("throttlingException", """{"message":"Too many tokens."}""")));

        using var response = await gateway.SendAsync(RelayedGateway.Chat(stream: true));

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("ThrottlingException", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_is_broken_or_cut_is_no_whole_one(bool isBroken)
    {
        await using var gateway = await StartAsync();
        var stop = AwsEventMessages.Event("messageStop", """{"stopReason":"end_turn"}""");
        stop[^1] ^= 1;
        gateway.Upstream.Reply(Stream(AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"Hi"}}"""), isBroken ? stop : stop[..^5]));

        using var response = await gateway.SendAsync(RelayedGateway.Chat(stream: true));

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains(isBroken ? "upstream_bad_response" : "upstream_incomplete", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, "ThrottlingException", "Too many requests, please wait.", 429, "ThrottlingException")]
    [InlineData(429, "ModelNotReadyException", "The model is not ready.", 429, "ModelNotReadyException")]
    [InlineData(400, "ValidationException", "The provided model identifier is invalid.", 400, "ValidationException")]
    [InlineData(400, "ValidationException", "Input is too long for requested model.", 400, "context_length_exceeded")]
    [InlineData(400, "ValidationException", "The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length.", 400, "context_length_exceeded")]
    [InlineData(403, "AccessDeniedException", "You don't have access to the model with the specified model ID.", 403, "AccessDeniedException")]
    [InlineData(404, "ResourceNotFoundException", "Could not resolve the foundation model.", 404, "ResourceNotFoundException")]
    [InlineData(408, "ModelTimeoutException", "Model has timed out.", 504, "upstream_timeout")]
    [InlineData(424, "ModelErrorException", "The model failed.", 502, "ModelErrorException")]
    [InlineData(500, "InternalServerException", "Oops.", 502, "InternalServerException")]
    [InlineData(503, "ServiceUnavailableException", "Later.", 503, "overloaded")]
    public async Task Errors_are_known_by_the_header_that_names_them(int status, string name, string message, int expected, string code)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(status, new JsonObject { ["message"] = message }.ToJsonString(), ("x-amzn-ErrorType", $"{name}:http://internal.amazon.com/coral/com.amazon.bedrock/"));

        using var response = await gateway.SendAsync(RelayedGateway.Chat());

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Equal((expected, code), (error.Status, error.Code));
        Assert.True(expected == 504 || error.Message.Contains(message, StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public async Task A_refused_signature_names_the_settings_and_no_secret()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(403, """{"message":"The security token wJalrXUtnFEMI-SECRET included in the request is invalid."}""", ("x-amzn-errortype", "UnrecognizedClientException"));

        using var response = await gateway.SendAsync(RelayedGateway.Chat());

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Contains("providers.up.secret_access_key", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wJalrXUtnFEMI-SECRET", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_makers_embeddings_are_asked_for_in_their_way()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream
            .On("/model/amazon.titan-embed-text-v2%3A0/invoke", request => UpstreamAnswer.Json("{\"embedding\":[" + (request.Json.GetProperty("inputText").GetString() == "a" ? "1" : "2") + ",0.5],\"inputTextTokenCount\":3}"))
            .On("/model/us.cohere.embed-v4%3A0/invoke", _ => UpstreamAnswer.Json("""{"embeddings":{"float":[[1],[2]]},"texts":["a","b"]}"""))
            .On("/model/amazon.nova-2-multimodal-embeddings-v1%3A0/invoke", _ => UpstreamAnswer.Json("""{"embeddings":[{"embeddingType":"TEXT","embedding":[3]}]}"""));

        var titan = await EmbedAsync(gateway, "amazon.titan-embed-text-v2:0");
        var cohere = await EmbedAsync(gateway, "us.cohere.embed-v4:0");
        var nova = await EmbedAsync(gateway, "amazon.nova-2-multimodal-embeddings-v1:0");

        Assert.Equal(("[1,0.5]", "[2,0.5]", 6), (titan["data"]![0]!["embedding"]!.ToJsonString(), titan["data"]![1]!["embedding"]!.ToJsonString(), (int)titan["usage"]!["total_tokens"]!));
        Assert.Equal("[2]", cohere["data"]![1]!["embedding"]!.ToJsonString());
        Assert.Equal("[3]", nova["data"]![1]!["embedding"]!.ToJsonString());
        Assert.Contains("""{"inputText":"b","dimensions":2}""", gateway.Upstream.Requests.Select(request => request.BodyText));
        Assert.Contains("""{"input_type":"search_document","embedding_types":["float"],"texts":["a","b"],"output_dimension":2}""", gateway.Upstream.Requests.Select(request => request.BodyText));
        Assert.Contains("""{"taskType":"SINGLE_EMBEDDING","singleEmbeddingParams":{"embeddingPurpose":"GENERIC_INDEX","embeddingDimension":2,"text":{"truncationMode":"END","value":"a"}}}""", gateway.Upstream.Requests.Select(request => request.BodyText));
    }

    [Fact]
    public async Task Tokens_that_only_a_header_tells_are_told()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/model/amazon.nova-2-multimodal-embeddings-v1%3A0/invoke", _ => UpstreamAnswer.Json("""{"embeddings":[{"embeddingType":"TEXT","embedding":[3]}]}""").WithHeader("X-Amzn-Bedrock-Input-Token-Count", "4"));

        var nova = await EmbedAsync(gateway, "amazon.nova-2-multimodal-embeddings-v1:0");

        Assert.Equal(8, (int)nova["usage"]!["prompt_tokens"]!);
    }

    [Fact]
    public async Task Titans_model_of_pictures_has_its_length_elsewhere()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/model/amazon.titan-embed-image-v1/invoke", _ => UpstreamAnswer.Json("""{"embedding":[1],"inputTextTokenCount":3,"message":null}"""));

        await EmbedAsync(gateway, "amazon.titan-embed-image-v1");

        Assert.Contains("""{"inputText":"b","embeddingConfig":{"outputEmbeddingLength":2}}""", gateway.Upstream.Requests.Select(request => request.BodyText));
    }

    [Theory]
    [InlineData("embeddings", """{"model":"up/amazon.titan-embed-text-v2:0","input":"a","encoding_format":"\ud800"}""")]
    [InlineData("embeddings", """{"model":"up/amazon.nova-2-multimodal-embeddings-v1:0","input":"a","embeddingPurpose":"\ud800"}""")]
    [InlineData("rerank", """{"model":"up/amazon.rerank-v1:0","query":"\ud800","documents":["a"]}""")]
    public async Task Half_a_character_is_the_callers_fault(string path, string body)
    {
        await using var gateway = await StartAsync();

        using var response = await gateway.Gateway.PostAsync("/v1/" + path, body);

        Assert.Equal((400, "invalid_value"), ((int)response.StatusCode, (await ErrorAnswer.ReadAsync(response)).Code));
    }

    [Fact]
    public async Task An_event_that_lacks_a_member_is_a_fault_of_the_provider()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(Stream(AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":0}""")));

        using var response = await gateway.SendAsync(RelayedGateway.Chat(stream: true));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task A_model_that_makes_no_embeddings_is_told()
    {
        await using var gateway = await StartAsync();

        using var response = await gateway.Gateway.PostAsync("/v1/embeddings", """{"model":"up/us.anthropic.claude","input":"a"}""");

        Assert.Equal((400, "unsupported_operation"), ((int)response.StatusCode, (await ErrorAnswer.ReadAsync(response)).Code));
    }

    private static async Task<JsonNode> EmbedAsync(RelayedGateway gateway, string model)
    {
        using var response = await gateway.Gateway.PostAsync("/v1/embeddings", $$"""{"model":"up/{{model}}","input":["a","b"],"dimensions":2}""");
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
    }

    private static void CheckSignature(UpstreamRequest request, RelayedGateway gateway, TimeProvider time)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(request.Body.Span));
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var name in (string[])(request.Body.IsEmpty ? [] : ["content-type"]))
        {
            headers.Add(new(name, request.Header(name)!));
        }

        foreach (var name in new[] { "host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token" })
        {
            headers.Add(new(name, request.Header(name)!));
        }

        var expected = new SignatureV4("AKIDEXAMPLE", "wJalrXUtnFEMI-SECRET", "us-east-1", "bedrock")
            .Sign(request.Method, new Uri(gateway.Upstream.RootUrl, request.Path + request.Query), headers, hash, time.GetUtcNow());
        Assert.Equal((hash, expected), (request.Header("x-amz-content-sha256"), request.Header("authorization")));
    }

    private static UpstreamAnswer Stream(params IEnumerable<byte[]> messages) => UpstreamAnswer.Stream([]) with
    {
        Headers = [new("Content-Type", "application/vnd.amazon.eventstream")],
        Parts = [.. messages.Select(message => (ReadOnlyMemory<byte>)message)],
    };

    private static Task<RelayedGateway> StartAsync(Func<ProviderSettings, ProviderSettings>? change = null, TimeProvider? time = null) => RelayedGateway.StartAsync(
        settings =>
        {
            var bedrock = settings with
            {
                Type = "bedrock",
                BaseUrl = new Uri(settings.BaseUrl!, "/"),
                ApiKey = null,
                Region = "us-east-1",
                AccessKeyId = new Secret("AKIDEXAMPLE"),
                SecretAccessKey = new Secret("wJalrXUtnFEMI-SECRET"),
                SessionToken = new Secret("session-token"),
            };
            return change?.Invoke(bedrock) ?? bedrock;
        },
        time);
}
