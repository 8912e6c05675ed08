using System.Text;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Surfaces;

/// <summary>Streams of chat chunks as streams of other dialects, piece by piece.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task Tool_calls_whose_pieces_are_mixed_are_told_one_after_the_other(string surface)
    {
        var text = await Surfaced.StreamAsync(
            surface,
            Delta("""{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"""),
            Delta("""{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{\"y\""}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":1}"}},{"index":1,"function":{"arguments":":2}"}}]}"""),
            Delta("""{"content":"Between."}"""),
            Finish("tool_calls"));

        var facts = Facts(surface, text);
        Assert.Equal([ChatFacts.Tool("f", """{"x":1}"""), ChatFacts.Tool("g", """{"y":2}""")], facts.Tools);
        Assert.Equal("Between.", facts.Content);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task Servers_that_number_no_calls_or_write_objects_are_understood(string surface)
    {
        var text = await Surfaced.StreamAsync(
            surface,
            Delta("""{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x":[1]}}},{"id":"b","function":{"name":"g","arguments":""}}]}"""),
            Finish("stop"));

        Assert.Equal([ChatFacts.Tool("f", """{"x":[1]}"""), ChatFacts.Tool("g", "{}")], Facts(surface, text).Tools);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task Servers_that_number_all_calls_alike_are_understood(string surface)
    {
        // Ollama's and Google's: each call whole, and 0 is the number of all. Some tell an id with every piece of a call.
        var text = await Surfaced.StreamAsync(
            surface,
            Delta("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"id":"another","function":{"name":"","arguments":"1}"}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"{\"x\":2}"}},{"index":0,"id":"c","function":{"name":"g","arguments":"{}"}}]}"""),
            Finish("tool_calls"));

        Assert.Equal([ChatFacts.Tool("f", """{"x":1}"""), ChatFacts.Tool("f", """{"x":2}"""), ChatFacts.Tool("g", "{}")], Facts(surface, text).Tools);
    }

    [Fact]
    public async Task What_comes_of_a_call_behind_its_end_breaks_nothing()
    {
        var text = await Surfaced.StreamAsync(
            "anthropic",
            Delta("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}"""),
            Finish("tool_calls"),
            Delta("""{"tool_calls":[{"index":0,"function":{"arguments":" "}}]}"""));

        MessageGrammar.Check(text);
    }

    [Fact]
    public async Task Thinking_comes_with_its_signature_and_blocks_follow_one_another()
    {
        var text = await Surfaced.StreamAsync(
            "anthropic",
            Delta("""{"reasoning_content":"One "}"""),
            Delta("""{"reasoning_content":"two."}"""),
            Delta("""{"reasoning_details":[{"type":"reasoning.text","text":"One two.","signature":"Sig/+=","format":"anthropic-claude-v1","index":0}]}"""),
            Delta("""{"reasoning_details":[{"type":"reasoning.encrypted","data":"Hidden==","format":"anthropic-claude-v1","index":1}]}"""),
            Delta("""{"content":"Three."}"""),
            Finish("stop"));

        MessageGrammar.Check(text);
        Assert.Contains("""{"type":"signature_delta","signature":"Sig/+="}""", text, StringComparison.Ordinal);
        Assert.Contains("""{"type":"redacted_thinking","data":"Hidden=="}""", text, StringComparison.Ordinal);
        Assert.Equal(("One two.", "Three."), (Facts("anthropic", text).Reasoning, Facts("anthropic", text).Content));
    }

    [Fact]
    public async Task Reasoning_told_twice_is_told_once()
    {
        var text = await Surfaced.StreamAsync(
            "anthropic",
            Delta("""{"content":"","reasoning":"So.","reasoning_content":"So.","reasoning_details":[{"type":"reasoning.text","text":"So.","index":0}]}"""),
            Finish("stop"));

        Assert.Equal("So.", Facts("anthropic", text).Reasoning);
    }

    [Fact]
    public async Task A_citation_is_one_of_the_text()
    {
        var text = await Surfaced.StreamAsync(
            "anthropic",
            Delta("""{"content":"See."}"""),
            Delta("""{"annotations":[{"type":"url_citation","url_citation":{"url":"https://example.com","title":"Ex","start_index":0,"end_index":4}}]}"""),
            Finish("stop"));

        MessageGrammar.Check(text);
        Assert.Contains("""{"type":"web_search_result_location","cited_text":"","url":"https://example.com","title":"Ex","encrypted_index":""}""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_text_with_its_own_reason()
    {
        var text = await Surfaced.StreamAsync("anthropic", Delta("""{"refusal":"No."}"""), Finish("stop"));

        MessageGrammar.Check(text);
        Assert.Contains("\"text\":\"No.\"", text, StringComparison.Ordinal);
        Assert.Contains("\"stop_reason\":\"refusal\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_another_provider_understands_travels_unread_and_comes_back()
    {
        var answer = await Surfaced.StreamAsync(
            "anthropic",
            Delta("""{"reasoning_details":[{"type":"reasoning.encrypted","data":"X","format":"openai-responses-v1","id":"rs_1"}]}"""),
            Delta("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"S"}}}]}"""),
            Finish("tool_calls"));

        MessageGrammar.Check(answer);
        var blocks = RequestGolden.BlocksOf(answer);
        var chat = RequestGolden.ChatOf("anthropic", $$"""{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[{{string.Join(',', blocks)}}]}]}""");
        Assert.Equal(
            """{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"S"}}}],"reasoning_details":[{"type":"reasoning.encrypted","data":"X","format":"openai-responses-v1","id":"rs_1"}]}""",
            chat["messages"]![0]!.ToJsonString(RequestGolden.Plain));
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    [InlineData("gemini array")]
    public async Task Wherever_the_bytes_are_cut_the_caller_reads_the_same(string surface)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var fixtures = ChatFixtures.Of("openai").Where(fixture => fixture is { IsStream: true, Status: 200 } && fixture.Body.Length < 6000).Take(12).ToArray();
        Assert.NotEmpty(fixtures);
        foreach (var fixture in fixtures)
        {
            // Past [DONE] nothing is looked at; what has none gets one, as the relay does it.
            byte[] stream = fixture.Text.Contains("[DONE]", StringComparison.Ordinal) ? fixture.Body.ToArray() : [.. fixture.Body.Span, .. "data: [DONE]\n\n"u8];
            var whole = await Surfaced.StreamAsync(surface, [stream]);
            Assert.Equal(whole, await Surfaced.StreamAsync(surface, Enumerable.Range(0, stream.Length).Select(i => new ReadOnlyMemory<byte>(stream, i, 1))));
            for (var cut = 1; cut < stream.Length; cut += 7)
            {
                Assert.Equal(whole, await Surfaced.StreamAsync(surface, [stream.AsMemory(0, cut), stream.AsMemory(cut)]));
            }
        }
    }

    [Fact]
    public async Task Without_events_a_stream_of_Googles_is_one_array()
    {
        var text = await Surfaced.StreamAsync("gemini array", Delta("""{"content":"A"}"""), Delta("""{"content":"B"}"""), Finish("stop"));

        var array = System.Text.Json.JsonElement.Parse(text);
        Assert.Equal(3, array.GetArrayLength());
        Assert.Equal("STOP", array[2].GetProperty("candidates")[0].GetProperty("finishReason").GetString());
    }

    private static ChatFacts Facts(string surface, string text)
    {
        if (surface == "anthropic")
        {
            MessageGrammar.Check(text);
        }

        return FixtureOracles.Read(new ChatFixture("", "", surface, 200, "", IsStream: true, Encoding.UTF8.GetBytes(text)));
    }

    private static string Delta(string delta) => $$$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{{delta}}},"finish_reason":null}]}""";

    private static string Finish(string reason) => $$$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"{{{reason}}}"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""";
}
