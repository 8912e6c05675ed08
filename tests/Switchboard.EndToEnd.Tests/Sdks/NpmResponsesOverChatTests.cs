using System.Text.Json;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>The Responses API in front of a server that only has chat, with the npm packages <c>openai</c> and <c>ai</c>: tools, schemas, reasoning.</summary>
public sealed class NpmResponsesOverChatTests : IAsyncLifetime
{
    private const string Call =
        """{"role":"assistant","content":null,"reasoning_content":"Paris, then.","reasoning_details":[{"type":"reasoning.text","signature":"s1"}],"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}}]}""";

    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private GatewayProcess? _gateway;

    public async ValueTask InitializeAsync()
    {
        var configuration = $$"""
            providers:
              up: { type: openai, base_url: "{{_upstream.BaseUrl}}", responses: chat, extensions: pass }
            """;
        _gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = configuration }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("tools")]
    [InlineData("toolsWithoutState")]
    [InlineData("aiTools")]
    [InlineData("aiToolsStream")]
    public async Task A_tool_is_called_and_its_answer_used(string scenario)
    {
        AnswerInTurn((Call, "tool_calls"), ("""{"role":"assistant","content":"It is 20 degrees."}""", "stop"));

        var seen = await RunAsync(scenario);

        Assert.False(seen.TryGetProperty("error", out var error), error.ToString());
        Assert.Equal("It is 20 degrees.", seen.GetProperty("text").GetString());
        var messages = _upstream.Requests[^1].Json.GetProperty("messages");
        Assert.Equal(["user", "assistant", "tool"], messages.EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Equal("""{"city":"Paris"}""", messages[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal("Paris, then.", messages[1].GetProperty("reasoning_content").GetString());
        Assert.Equal("s1", messages[1].GetProperty("reasoning_details")[0].GetProperty("signature").GetString());
        Assert.Equal("call_1", messages[2].GetProperty("tool_call_id").GetString());
        Assert.Equal("20", messages[2].GetProperty("content").GetString());
        if (scenario.StartsWith("ai", StringComparison.Ordinal))
        {
            Assert.Equal("Paris, then.", seen.GetProperty("reasoning").GetString());
            Assert.Equal("Paris", Assert.Single(seen.GetProperty("calls").EnumerateArray()).GetProperty("city").GetString());
        }
    }

    [Fact]
    public async Task An_answer_by_a_schema_is_parsed()
    {
        AnswerInTurn(("""{"role":"assistant","content":"{\"city\":\"Paris\",\"degrees\":20}"}""", "stop"));

        var seen = await RunAsync("parse");

        Assert.Equal(20, seen.GetProperty("parsed").GetProperty("degrees").GetInt32());
        var format = _upstream.Requests[^1].Json.GetProperty("response_format");
        Assert.Equal("report", format.GetProperty("json_schema").GetProperty("name").GetString());
        Assert.True(format.GetProperty("json_schema").GetProperty("strict").GetBoolean());
    }

    [Fact]
    public async Task The_AI_SDK_has_its_object()
    {
        AnswerInTurn(("""{"role":"assistant","content":"{\"city\":\"Paris\"}"}""", "stop"));

        Assert.Equal("Paris", (await RunAsync("aiObject")).GetProperty("object").GetProperty("city").GetString());
    }

    [Fact]
    public async Task The_helper_puts_a_stream_of_all_kinds_of_items_together()
    {
        AnswerInTurn((Call, "tool_calls"));

        var seen = await RunAsync("stream");

        Assert.Equal("completed", seen.GetProperty("status").GetString());
        Assert.Contains(seen.GetProperty("types").EnumerateArray(), type => type.GetString() == "response.reasoning_summary_text.delta");
        Assert.Contains(seen.GetProperty("types").EnumerateArray(), type => type.GetString() == "response.function_call_arguments.done");
    }

    private Task<JsonElement> RunAsync(string scenario) =>
        NodeScript.RunAsync(scenario, new { baseURL = _gateway!.BaseUrl, model = "up/m" }, "responses.mjs");

    // As a whole, or in a chunk, as it is asked for.
    private void AnswerInTurn(params (string Message, string Finish)[] answers)
    {
        var turn = 0;
        _upstream.On("/v1/chat/completions", request =>
        {
            var (message, finish) = answers[Math.Min(turn++, answers.Length - 1)];
            if (!request.Json.TryGetProperty("stream", out var stream) || !stream.GetBoolean())
            {
                return UpstreamAnswer.Json($$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{{message}},"finish_reason":"{{finish}}"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2} }""");
            }

            return UpstreamAnswer.Stream(
            [
                $$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{message}},"finish_reason":null}]}""" + "\n\n",
                $$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"{{finish}}"}]}""" + "\n\n",
                """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""" + "\n\n",
                "data: [DONE]\n\n",
            ]);
        });
    }
}
