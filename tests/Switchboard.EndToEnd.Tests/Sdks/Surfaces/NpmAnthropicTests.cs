using System.Text.Json;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks.Surfaces;

/// <summary>The npm package <c>@anthropic-ai/sdk</c> against the gateway, before providers of every kind.</summary>
[Collection<OnSurfaceProviders>]
public sealed class NpmAnthropicTests(SurfaceProviders providers)
{
    private const string Local = "local/switchboard-tiny";

    private static readonly object[] s_question = [new { role = "user", content = "What is Switchboard?" }];

    private static readonly object[] s_tools =
    [
        new { name = "weather", description = "Tells the weather.", input_schema = new { type = "object", properties = new { city = new { type = "string" } }, required = new[] { "city" } } },
    ];

    [Theory]
    [InlineData("up/m")]
    [InlineData(Local)]
    public async Task A_message_has_text_a_reason_to_stop_and_its_usage(string model)
    {
        var seen = await providers.RunAsync("anthropic.create", new { model, max_tokens = 64, messages = s_question });

        var answer = seen.GetProperty("answer");
        Assert.Equal("message", answer.GetProperty("type").GetString());
        Assert.NotEmpty(answer.GetProperty("content")[0].GetProperty("text").GetString()!);
        Assert.Contains(answer.GetProperty("stop_reason").GetString(), (string[])["end_turn", "max_tokens"]);
        Assert.True(answer.GetProperty("usage").GetProperty("input_tokens").GetInt32() > 0);
        Assert.NotEmpty(seen.GetProperty("requestId").GetString()!);
    }

    [Theory]
    [InlineData("up/m")]
    [InlineData(Local)]
    public async Task A_stream_becomes_the_same_message(string model)
    {
        var request = new { model, max_tokens = 64, temperature = 0, messages = s_question };
        var whole = await providers.RunAsync("anthropic.create", request);

        var seen = await providers.RunAsync("anthropic.stream", request);

        var text = seen.GetProperty("answer").GetProperty("content")[0].GetProperty("text").GetString();
        Assert.Equal(whole.GetProperty("answer").GetProperty("content")[0].GetProperty("text").GetString(), text);
        Assert.Equal(text, string.Concat(seen.GetProperty("texts").EnumerateArray().Select(piece => piece.GetString())));
        var events = seen.GetProperty("events").EnumerateArray().Select(one => one.GetString()).ToList();
        Assert.Equal("message_start", events[0]);
        Assert.Equal("message_stop", events[^1]);
        Assert.Equal(whole.GetProperty("answer").GetProperty("usage").GetProperty("output_tokens").GetInt32(), seen.GetProperty("answer").GetProperty("usage").GetProperty("output_tokens").GetInt32());
    }

    [Fact]
    public async Task Tools_are_called_and_their_answers_come_back()
    {
        const string chunk = """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":DELTA,"finish_reason":null}]}""";
        providers.Upstream.ReplyStream(
            ServerSentEvents.Data(chunk.Replace("DELTA", """{"role":"assistant","content":"I look."}""", StringComparison.Ordinal)),
            ServerSentEvents.Data(chunk.Replace("DELTA", """{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]}""", StringComparison.Ordinal)),
            ServerSentEvents.Data(chunk.Replace("DELTA", """{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}""", StringComparison.Ordinal)),
            ServerSentEvents.Data(chunk.Replace("DELTA", """{"tool_calls":[{"index":0,"function":{"arguments":"\"Ulm\"}"}}]}""", StringComparison.Ordinal)),
            ServerSentEvents.Data(chunk.Replace("DELTA", "{}", StringComparison.Ordinal).Replace("null}]", "\"tool_calls\"}]", StringComparison.Ordinal)),
            ServerSentEvents.Done);

        var seen = await providers.RunAsync("anthropic.tools", new { model = "up/m", max_tokens = 64, tools = s_tools, messages = s_question });

        var call = seen.GetProperty("first").GetProperty("content")[1];
        Assert.Equal(("tool_use", "call_1", "Ulm"), (call.GetProperty("type").GetString(), call.GetProperty("id").GetString(), call.GetProperty("input").GetProperty("city").GetString()));
        Assert.Equal("tool_use", seen.GetProperty("first").GetProperty("stop_reason").GetString());
        var asked = providers.Upstream.Requests[^1].Json.GetProperty("messages");
        Assert.Equal("""{"role":"tool","tool_call_id":"call_1","content":"Ulm: sunny"}""", asked[2].GetRawText());
        Assert.Equal("Hello from upstream.", seen.GetProperty("answer").GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_recorded_answer_of_Anthropics_passes(bool isStream)
    {
        var fixture = SurfaceProviders.Recorded("anthropic", fixture => fixture.IsStream == isStream && fixture.Text.Contains("\"tool_use\"", StringComparison.Ordinal));
        providers.Upstream.Reply(fixture.ToAnswer());

        var seen = await providers.RunAsync(isStream ? "anthropic.stream" : "anthropic.create", new { model = "claude/claude-haiku-4-5", max_tokens = 64, tools = s_tools, messages = s_question });

        Assert.False(seen.TryGetProperty("error", out var error), error.ToString());
        var answer = new ChatFixture("", "", "anthropic", 200, "", IsStream: false, JsonSerializer.SerializeToUtf8Bytes(seen.GetProperty("answer")));
        Assert.Empty(FixtureOracles.Read(fixture).DifferencesTo(FixtureOracles.Read(answer)));
        Assert.Equal("/v1/messages", providers.Upstream.Requests[^1].Path);
        Assert.Equal("sk-claude", providers.Upstream.Requests[^1].Header("x-api-key"));
    }

    [Fact]
    public async Task Tokens_are_counted()
    {
        var few = await providers.RunAsync("anthropic.count", new { model = Local, messages = s_question });
        var more = await providers.RunAsync("anthropic.count", new { model = Local, messages = s_question, system = "You are brief and answer in one sentence." });

        Assert.True(Count(few) > 0, few.ToString());
        Assert.True(Count(more) > Count(few), more.ToString());

        static int Count(JsonElement seen) => seen.GetProperty("answer").GetProperty("input_tokens").GetInt32();
    }

    [Fact]
    public async Task Models_are_listed_and_retrieved()
    {
        var seen = await providers.RunAsync("anthropic.models", new { });

        Assert.Contains("switchboard-tiny", seen.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.True(JsonElement.DeepEquals(seen.GetProperty("models")[0], seen.GetProperty("model")), seen.ToString());
    }

    [Theory]
    [InlineData(401, "AuthenticationError", "authentication_error")]
    [InlineData(429, "RateLimitError", "rate_limit_error")]
    [InlineData(503, "OverloadedError", "overloaded_error")]
    public async Task Errors_are_the_sdks(int status, string errorClass, string type)
    {
        providers.Upstream.Reply(status, """{"error":{"message":"So it is.","type":"x","param":null,"code":null}}""");

        var seen = await providers.RunAsync("anthropic.create", new { model = "up/m", max_tokens = 64, messages = s_question });

        AssertError(seen, errorClass, type);
    }

    [Fact]
    public async Task An_unknown_model_and_a_bad_request_are_the_sdks_errors()
    {
        var unknown = await providers.RunAsync("anthropic.create", new { model = "nobody-has-it", max_tokens = 64, messages = s_question });
        var bad = await providers.RunAsync("anthropic.create", new { model = "up/m", max_tokens = -1, messages = s_question });

        AssertError(unknown, "NotFoundError", "not_found_error");
        AssertError(bad, "BadRequestError", "invalid_request_error");
    }

    private static void AssertError(JsonElement seen, string errorClass, string type)
    {
        Assert.True(seen.TryGetProperty("error", out var error), seen.ToString());
        Assert.Equal((errorClass, type), (error.GetProperty("class").GetString(), error.GetProperty("type").GetString()));
        Assert.NotEmpty(error.GetProperty("requestId").GetString()!);
    }
}
