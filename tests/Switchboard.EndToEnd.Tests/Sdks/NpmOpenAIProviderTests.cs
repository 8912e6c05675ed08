using System.Text.Json;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>The npm package <c>openai</c> against a provider behind the gateway, with recorded traffic of the real API.</summary>
[Collection<OnProvider>]
public sealed class NpmOpenAIProviderTests(Provider provider)
{
    private const string ChatPath = "/v1/chat/completions";

    private static readonly object s_question = new { model = $"{Provider.Name}/gpt-4o-mini", messages = new[] { new { role = "user", content = "Hello!" } } };

    [Theory]
    [InlineData("ChatTests/HelloWorldChat", 0)]
    [InlineData("ChatTests/MultiMessageChat", 0)]
    [InlineData("ChatTests/TwoTurnChat", 1)]
    [InlineData("ChatTests/StructuredOutputsWork", 0)]
    [InlineData("ChatTests/StructuredRefusalWorks", 0)]
    [InlineData("ChatTests/TokenLogProbabilities(True)", 0)]
    [InlineData("ChatTests/WebSearchWorks", 0)]
    public async Task A_recorded_chat_comes_whole_to_the_caller(string session, int index)
    {
        var recorded = Provider.Exchange(session, index);
        var asked = provider.Answer(ChatPath, recorded.ToAnswer());

        var seen = await RunAsync("chat", Provider.Request(recorded));

        AssertSame(recorded.ResponseText, seen.GetProperty("answer"));
        AssertAsked(recorded, Assert.Single(asked));
    }

    [Theory]
    [InlineData("ChatTests/StreamingStructuredRefusalWorks")]
    [InlineData("ChatTests/TokenLogProbabilitiesStreaming(False)")]
    [InlineData("ChatTests/TokenLogProbabilitiesStreaming(True)")]
    public async Task A_recorded_stream_comes_chunk_by_chunk_to_the_caller(string session)
    {
        var recorded = Provider.Exchange(session);
        var asked = provider.Answer(ChatPath, recorded.ToAnswer());

        var seen = await RunAsync("stream", Provider.Request(recorded));

        AssertSame($"[{string.Join(',', Provider.Chunks(recorded))}]", seen.GetProperty("chunks"));
        AssertAsked(recorded, Assert.Single(asked));
    }

    [Fact]
    public async Task A_recorded_stream_passes_byte_by_byte()
    {
        var recorded = Provider.Exchange("ChatTests/StreamingStructuredRefusalWorks");
        provider.Answer(ChatPath, recorded.ToAnswer());

        var seen = await RunAsync("wire", Provider.Request(recorded));

        Assert.Equal(recorded.ResponseText, seen.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Two_answers_of_one_chat_come_both_to_the_caller()
    {
        const string Answer = """
            {"id":"chatcmpl-2","object":"chat.completion","created":1767225600,"model":"gpt-4o-mini","choices":[
            {"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"},
            {"index":1,"message":{"role":"assistant","content":"Hi there."},"finish_reason":"stop"}]}
            """;
        var asked = provider.Answer(ChatPath, UpstreamAnswer.Json(Answer));

        var seen = await RunAsync("chat", new { model = $"{Provider.Name}/gpt-4o-mini", messages = new[] { new { role = "user", content = "Hello!" } }, n = 2 });

        AssertSame(Answer, seen.GetProperty("answer"));
        Assert.Equal(2, Assert.Single(asked).Json.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_completion_comes_whole_and_streamed_to_the_caller()
    {
        var answer = Completion(" there was", "\"length\"");
        string[] chunks = [Completion(" there", "null"), Completion(" was", "\"length\"")];
        provider.Answer("/v1/completions", UpstreamAnswer.Json(answer), UpstreamAnswer.Stream(ServerSentEvents.FromJson(chunks)));
        var request = new { model = $"{Provider.Name}/gpt-3.5-turbo-instruct", prompt = "Once upon a time", max_tokens = 2 };

        var whole = await RunAsync("completion", request);
        var streamed = await RunAsync("completionStream", request);

        AssertSame(answer, whole.GetProperty("answer"));
        AssertSame($"[{string.Join(',', chunks)}]", streamed.GetProperty("chunks"));
    }

    [Fact]
    public async Task A_model_that_the_provider_lists_answers_under_its_own_name()
    {
        var asked = provider.Answer(ChatPath, Whole("Hello."));

        var seen = await RunAsync("chat", new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = "Hello!" } } });

        Assert.True(seen.TryGetProperty("answer", out _), seen.ToString());
        Assert.Equal("gpt-4o-mini", Assert.Single(asked).Json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task A_model_that_nobody_lists_is_not_found_and_the_provider_not_asked()
    {
        var asked = provider.Answer(ChatPath, Whole("Hello."));

        var seen = await RunAsync("chat", new { model = "gpt-none", messages = new[] { new { role = "user", content = "Hello!" } } });

        NpmOpenAITests.AssertError(seen, "NotFoundError", 404, "invalid_request_error", "model_not_found");
        Assert.Empty(asked);
    }

    [Fact]
    public async Task The_recorded_models_are_listed_and_can_be_retrieved()
    {
        var recorded = Provider.Exchange("ModelsTests/ListModels");
        var expected = Provider.Exchange("ModelsTests/GetModelInfo");

        var models = (await RunAsync("models", new { })).GetProperty("models").EnumerateArray().Select(model => model.GetProperty("id").GetString()!).ToList();
        var one = await RunAsync("model", new { model = "gpt-4o-mini" });

        var ids = JsonElement.Parse(recorded.ResponseBody.Span).GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!);
        Assert.Empty(ids.Except(models));
        AssertSame(expected.ResponseText, one.GetProperty("answer"));
    }

    [Theory]
    [InlineData("EmbeddingsTests/GenerateSingleEmbedding")]
    [InlineData("EmbeddingsTests/GenerateMultipleEmbeddings(UsingStrings)")]
    [InlineData("EmbeddingsTests/GenerateMultipleEmbeddings(UsingIntegers)")]
    public async Task Recorded_embeddings_come_as_base64_and_decoded_to_the_caller(string session)
    {
        var recorded = Provider.Exchange(session);
        var asked = provider.Answer("/v1/embeddings", recorded.ToAnswer());
        var request = Provider.Request(recorded);

        var base64 = await RunAsync("embeddings", request);
        request.Remove("encoding_format");
        var decoded = await RunAsync("embeddings", request);

        AssertSame(recorded.ResponseText, base64.GetProperty("answer"));
        Assert.Equal(
            Vectors(base64).Select(vector => Embedding.FromBase64(vector.GetString()!)),
            Vectors(decoded).Select(vector => vector.Deserialize<float[]>()!));
        Assert.All(asked, call => AssertAsked(recorded, call));
    }

    [Fact]
    public async Task Embeddings_come_as_floats_to_the_caller()
    {
        const string Answer = """
            {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.25,-0.5,1e-05]}],
            "model":"text-embedding-3-small","usage":{"prompt_tokens":1,"total_tokens":1}}
            """;
        provider.Answer("/v1/embeddings", UpstreamAnswer.Json(Answer));

        var seen = await RunAsync("embeddings", new { model = $"{Provider.Name}/text-embedding-3-small", input = "Hello", encoding_format = "float" });

        AssertSame(Answer, seen.GetProperty("answer"));
    }

    [Fact]
    public async Task The_providers_bad_request_is_the_sdks_bad_request_error()
    {
        var recorded = Provider.Exchange("EmbeddingsTests/BadOptions");
        provider.Answer("/v1/embeddings", recorded.ToAnswer());

        var seen = await RunAsync("embeddings", Provider.Request(recorded));

        NpmOpenAITests.AssertError(seen, "BadRequestError", 400, "invalid_request_error", null);
        Assert.Contains("-42 is less than the minimum of 1", seen.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_providers_unknown_model_is_the_sdks_not_found_error()
    {
        provider.Answer(ChatPath, UpstreamAnswer.Json("{}").With(Misbehaviour.ModelNotFound));

        var seen = await RunAsync("chat", s_question);

        NpmOpenAITests.AssertError(seen, "NotFoundError", 404, "invalid_request_error", "model_not_found");
    }

    [Fact]
    public async Task A_key_the_provider_refuses_is_the_sdks_authentication_error()
    {
        var recorded = Provider.Exchange("ChatTests/AuthFailure");
        var asked = provider.Answer(ChatPath, recorded.ToAnswer());

        var seen = await RunAsync("chat", s_question);

        NpmOpenAITests.AssertError(seen, "AuthenticationError", 401, "authentication_error", "invalid_api_key");
        Assert.Equal($"Bearer {Provider.Key}", Assert.Single(asked).Header("Authorization"));
    }

    [Theory]
    [InlineData("Retry-After", "0")]
    [InlineData("retry-after-ms", "1")]
    public async Task The_sdk_waits_as_the_provider_says_and_tries_again(string header, string value)
    {
        var asked = provider.Answer(ChatPath, UpstreamAnswer.Json("{}").With(Misbehaviour.RateLimitedWith(header, value)), Whole("Hello again."));

        var seen = await NodeScript.RunAsync("chat", new { baseURL = provider.BaseUrl, maxRetries = 2, request = s_question });

        Assert.Equal("Hello again.", seen.GetProperty("answer").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task Without_tries_left_a_limit_is_the_sdks_rate_limit_error()
    {
        var asked = provider.Answer(ChatPath, UpstreamAnswer.Json("{}").With(Misbehaviour.RateLimited));

        var seen = await RunAsync("chat", s_question);

        NpmOpenAITests.AssertError(seen, "RateLimitError", 429, "requests", "rate_limit_exceeded");
        Assert.Single(asked);
    }

    public static TheoryData<string> FaultsInAStream =>
    [
        Misbehaviour.ResetAfterEvents(2).Name, Misbehaviour.CloseAfterEvents(2).Name, Misbehaviour.EndAfterEvents(2).Name,
        Misbehaviour.ErrorAfterEvents(2).Name, Misbehaviour.MalformedEvent.Name,
    ];

    [Theory]
    [MemberData(nameof(FaultsInAStream))]
    public async Task A_stream_that_fails_on_the_way_never_looks_whole(string fault)
    {
        provider.Answer(ChatPath, Streamed().With(Misbehaviour.Named(fault)));

        var seen = await RunAsync("stream", s_question);

        Assert.True(seen.TryGetProperty("error", out var error), $"It ended quietly: {seen}");
        Assert.Equal("APIError", error.GetProperty("class").GetString());
        Assert.NotEmpty(error.GetProperty("type").GetString()!);
        Assert.NotEmpty(error.GetProperty("requestId").GetString()!);
        Assert.NotEmpty(seen.GetProperty("chunks").EnumerateArray());
    }

    [Fact]
    public async Task A_caller_that_leaves_a_stream_ends_it_at_the_provider()
    {
        // The third event is never let go: only a caller that leaves can end this.
        var asked = provider.Answer(ChatPath, Streamed().With(Misbehaviour.HangAfterEvents(2)));

        await using var script = NodeScript.Start("abort", new { baseURL = provider.BaseUrl, request = s_question });
        var seen = await script.SeenAsync();

        Assert.True(seen.GetProperty("aborted").GetBoolean(), seen.ToString());
        Assert.Equal(ExchangeEnd.ClientLeft, await Assert.Single(asked).WaitForEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_request_id_is_readable_and_not_the_providers()
    {
        provider.Answer(ChatPath, Whole("Hello.").WithHeader("x-request-id", "req_provider"));

        var seen = await RunAsync("chat", s_question);

        Assert.True(Guid.TryParse(seen.GetProperty("requestId").GetString(), out var id), seen.ToString());
        Assert.Equal(7, id.Version);
    }

    internal static UpstreamAnswer Whole(string content) => UpstreamAnswer.JsonOf(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion",
        created = 1767225600,
        model = "gpt-4o-mini",
        choices = new[] { new { index = 0, message = new { role = "assistant", content }, finish_reason = "stop" } },
        usage = new { prompt_tokens = 9, completion_tokens = 2, total_tokens = 11 },
    });

    internal static UpstreamAnswer Streamed() => UpstreamAnswer.Stream(ServerSentEvents.FromJson(
    [
        Chunk("""{"role":"assistant","content":""}"""), Chunk("""{"content":"Hel"}"""), Chunk("""{"content":"lo."}"""), Chunk("{}", "\"stop\""),
    ]));

    internal static string Completion(string text, string finishReason) => $$"""
        {"id":"cmpl-1","object":"text_completion","created":1767225600,"model":"gpt-3.5-turbo-instruct",
        "choices":[{"index":0,"text":"{{text}}","logprobs":null,"finish_reason":{{finishReason}}}]}
        """.ReplaceLineEndings("");

    private static string Chunk(string delta, string finishReason = "null") => $$"""
        {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1767225600,"model":"gpt-4o-mini",
        "choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finishReason}}}]}
        """.ReplaceLineEndings("");

    private static IEnumerable<JsonElement> Vectors(JsonElement seen) =>
        seen.GetProperty("answer").GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding"));

    /// <summary>The provider was asked what the caller asked, down to the members the gateway does not know.</summary>
    private static void AssertAsked(RecordedExchange recorded, UpstreamRequest asked) => AssertSame(recorded.RequestText, asked.Json);

    private static void AssertSame(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), actual), $"Expected {expected}\nActual   {actual}");

    private Task<JsonElement> RunAsync(string scenario, object request) => NodeScript.RunAsync(scenario, new { baseURL = provider.BaseUrl, request });
}
