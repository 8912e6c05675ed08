using System.Text.Json;
using Switchboard.EndToEnd.Tests.BuiltIn;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>The npm package <c>openai</c> against the built-in models: a gateway as <c>./up</c> starts it.</summary>
[Collection<OnBuiltInGateway>]
public sealed class NpmOpenAITests(BuiltInGateway gateway)
{
    private static readonly object[] s_question = [new { role = "user", content = "What is Switchboard?" }];

    [Fact]
    public async Task A_chat_has_an_answer_a_reason_to_end_and_its_usage()
    {
        var seen = await RunAsync("chat", Chat());

        var answer = seen.GetProperty("answer");
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.Equal(BuiltInGateway.ChatModel, answer.GetProperty("model").GetString());
        var choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.Matches(@"^\S", choice.GetProperty("message").GetProperty("content").GetString());
        AssertAddsUp(answer.GetProperty("usage"));
        Assert.NotEmpty(seen.GetProperty("requestId").GetString()!);
    }

    [Fact]
    public async Task A_chat_may_ask_for_two_answers()
    {
        var seen = await RunAsync("chat", new { model = BuiltInGateway.ChatModel, messages = s_question, n = 2, temperature = 1, seed = 7 });

        var choices = seen.GetProperty("answer").GetProperty("choices").EnumerateArray().ToList();
        Assert.Equal([0, 1], choices.Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.All(choices, choice => Assert.NotEmpty(choice.GetProperty("message").GetProperty("content").GetString()!));
    }

    [Fact]
    public async Task A_streamed_chat_says_the_same_as_a_whole_one()
    {
        var whole = await RunAsync("chat", Chat());

        var seen = await RunAsync("stream", Chat());

        var chunks = seen.GetProperty("chunks").EnumerateArray().ToList();
        Assert.Equal(
            whole.GetProperty("answer").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(),
            string.Concat(chunks.Select(chunk => OfDelta(chunk, "content"))));
        Assert.Equal("assistant", OfDelta(chunks[0], "role"));
        Assert.Equal("stop", Assert.Single(chunks.Select(FinishReason), reason => reason is not null));
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
        Assert.All(chunks, chunk => Assert.Equal(1, chunk.GetProperty("choices").GetArrayLength()));
        Assert.NotEmpty(seen.GetProperty("requestId").GetString()!);
    }

    [Fact]
    public async Task A_streamed_chat_ends_with_its_usage_when_asked()
    {
        var whole = await RunAsync("chat", Chat());

        var seen = await RunAsync("stream", new { model = BuiltInGateway.ChatModel, messages = s_question, temperature = 0, stream_options = new { include_usage = true } });

        var last = seen.GetProperty("chunks").EnumerateArray().Last();
        Assert.Equal(0, last.GetProperty("choices").GetArrayLength());
        Assert.Equal(
            whole.GetProperty("answer").GetProperty("usage").GetProperty("completion_tokens").GetInt32(),
            last.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        AssertAddsUp(last.GetProperty("usage"));
    }

    [Fact]
    public async Task A_stream_ends_with_done_on_the_wire()
    {
        var seen = await RunAsync("wire", Chat());

        Assert.EndsWith("\n\ndata: [DONE]\n\n", seen.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_models_are_listed_and_each_can_be_retrieved()
    {
        var seen = await RunAsync("models", new { });

        var models = seen.GetProperty("models").EnumerateArray().ToList();
        Assert.Contains(BuiltInGateway.ChatModel, models.Select(model => model.GetProperty("id").GetString()));
        Assert.Contains(BuiltInGateway.EmbeddingModel, models.Select(model => model.GetProperty("id").GetString()));
        foreach (var model in models)
        {
            var retrieved = await RunAsync("model", new { model = model.GetProperty("id").GetString() });
            Assert.True(JsonElement.DeepEquals(model, retrieved.GetProperty("answer")), $"{model} is not {retrieved}");
        }
    }

    [Fact]
    public async Task A_streamed_completion_says_the_same_as_a_whole_one()
    {
        var request = new { model = BuiltInGateway.ChatModel, prompt = "Once upon a time", temperature = 0, max_tokens = 24 };
        var whole = await RunAsync("completion", request);

        var seen = await RunAsync("completionStream", request);

        var answer = whole.GetProperty("answer");
        Assert.Equal("text_completion", answer.GetProperty("object").GetString());
        var text = answer.GetProperty("choices")[0].GetProperty("text").GetString();
        Assert.NotEmpty(text!);
        AssertAddsUp(answer.GetProperty("usage"));
        var choices = seen.GetProperty("chunks").EnumerateArray().Select(chunk => chunk.GetProperty("choices")[0]).ToList();
        Assert.Equal(text, string.Concat(choices.Select(choice => choice.GetProperty("text").GetString())));
        Assert.Equal(answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString(), choices[^1].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Embeddings_are_the_same_as_floats_and_as_base64()
    {
        string[] input = ["How do I change the port?", "A fox."];
        var model = BuiltInGateway.EmbeddingModel;

        // Unasked, this SDK wants base64 and decodes it.
        var decoded = await RunAsync("embeddings", new { model, input });
        var floats = await RunAsync("embeddings", new { model, input, encoding_format = "float" });
        var base64 = await RunAsync("embeddings", new { model, input, encoding_format = "base64" });

        var vectors = Vectors(floats).Select(vector => vector.Deserialize<float[]>()!).ToList();
        Assert.Equal([256, 256], vectors.Select(vector => vector.Length));
        Assert.Equal(vectors, Vectors(decoded).Select(vector => vector.Deserialize<float[]>()!));
        Assert.Equal(vectors, Vectors(base64).Select(vector => Embedding.FromBase64(vector.GetString()!)));
    }

    [Fact]
    public async Task An_unknown_model_is_the_sdks_not_found_error()
    {
        var seen = await RunAsync("chat", new { model = "no-such-model", messages = s_question });

        AssertError(seen, "NotFoundError", 404, "invalid_request_error", "model_not_found");
        Assert.Contains("no-such-model", seen.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("messages", """{"model":"switchboard-tiny","messages":[]}""")]
    [InlineData("messages", """{"model":"switchboard-tiny","messages":"hello"}""")]
    [InlineData("temperature", """{"model":"switchboard-tiny","messages":[{"role":"user","content":"hi"}],"temperature":3}""")]
    [InlineData("n", """{"model":"switchboard-tiny","messages":[{"role":"user","content":"hi"}],"n":0}""")]
    [InlineData("model", """{"model":"","messages":[{"role":"user","content":"hi"}]}""")]
    public async Task A_bad_request_is_the_sdks_bad_request_error_and_names_the_member(string param, string request)
    {
        var seen = await RunAsync("chat", JsonElement.Parse(request));

        var error = AssertError(seen, "BadRequestError", 400, "invalid_request_error");
        Assert.Equal(param, error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_prompt_longer_than_the_context_is_a_bad_request_with_a_code()
    {
        var content = string.Concat(Enumerable.Repeat("tell me about the gateway ", 800));

        var seen = await RunAsync("chat", new { model = BuiltInGateway.ChatModel, messages = new[] { new { role = "user", content } } });

        AssertError(seen, "BadRequestError", 400, "invalid_request_error", "context_length_exceeded");
    }

    [Fact]
    public async Task After_a_stream_was_left_the_next_request_is_answered()
    {
        object[] messages = [new { role = "user", content = "Tell me a story about a fox." }];
        await using var script = NodeScript.Start("abort", Arguments(new { model = BuiltInGateway.ChatModel, messages }));
        var left = await script.SeenAsync();

        var seen = await RunAsync("chat", Chat());

        Assert.True(left.GetProperty("aborted").GetBoolean(), left.ToString());
        Assert.NotEmpty(left.GetProperty("content").GetString()!);
        Assert.Equal("stop", seen.GetProperty("answer").GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    internal static JsonElement AssertError(JsonElement seen, string errorClass, int status, string type)
    {
        Assert.True(seen.TryGetProperty("error", out var error), $"No error: {seen}");
        Assert.Equal(errorClass, error.GetProperty("class").GetString());
        Assert.Equal(status, error.GetProperty("status").GetInt32());
        Assert.Equal(type, error.GetProperty("type").GetString());
        Assert.NotEmpty(error.GetProperty("requestId").GetString()!);
        return error;
    }

    internal static JsonElement AssertError(JsonElement seen, string errorClass, int status, string type, string? code)
    {
        var error = AssertError(seen, errorClass, status, type);
        Assert.Equal(code, error.GetProperty("code").GetString());
        return error;
    }

    private static object Chat() => new { model = BuiltInGateway.ChatModel, messages = s_question, temperature = 0 };

    private static string? OfDelta(JsonElement chunk, string name) =>
        chunk.GetProperty("choices")[0].GetProperty("delta").TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string? FinishReason(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("finish_reason").GetString();

    private static IEnumerable<JsonElement> Vectors(JsonElement seen) =>
        seen.GetProperty("answer").GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding"));

    private static void AssertAddsUp(JsonElement usage)
    {
        var (prompt, completion) = (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
        Assert.InRange(prompt, 1, int.MaxValue);
        Assert.InRange(completion, 1, int.MaxValue);
        Assert.Equal(prompt + completion, usage.GetProperty("total_tokens").GetInt32());
    }

    private object Arguments(object request) => new { baseURL = gateway.BaseUrl, request };

    private Task<JsonElement> RunAsync(string scenario, object request) => NodeScript.RunAsync(scenario, Arguments(request));
}
