using System.Text.Json.Nodes;

namespace Switchboard.Tests.Gateway.Responses;

/// <summary>Chat answers as responses: the events, and that a whole answer says the same.</summary>
public sealed class ResponseStreamTests
{
    private const string Asked = """{"model":"m","input":"Hi","stream":true}""";

    private readonly ResponsesRun _run = new();

    [Fact]
    public async Task A_text_is_an_item_with_one_part()
    {
        var events = await _run.EventsAsync(Asked, ResponsesRun.Stream("stop", """{"role":"assistant","content":""}""", """{"content":"Grü\u00dfe "}""", """{"content":"\"you\""}"""));

        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
            ],
            Types(events));
        Assert.Equal(["Grüße ", "\"you\""], events.Where(one => (string)one["type"]! == "response.output_text.delta").Select(one => (string)one["delta"]!));
        Assert.Equal("Grüße \"you\"", (string)events[6]["text"]!);
        var response = events[^1]["response"]!;
        Assert.Equal("completed", (string)response["status"]!);
        Assert.Equal("m-1", (string)response["model"]!);
        Assert.True(JsonNode.DeepEquals(events[8]["item"], response["output"]![0]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"input_tokens":7,"input_tokens_details":{"cached_tokens":2,"cache_write_tokens":0},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":12}"""),
            response["usage"]));
        Assert.Equal("in_progress", (string)events[0]["response"]!["status"]!);
        Assert.Equal((string)events[0]["response"]!["id"]!, (string)response["id"]!);
    }

    [Fact]
    public async Task Reasoning_text_and_calls_are_items_one_after_the_other()
    {
        var events = await _run.EventsAsync(Asked, Mixed);

        Assert.Equal(
            [
                "response.created", "response.in_progress",
                "response.output_item.added", "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta", "response.reasoning_summary_text.delta",
                "response.reasoning_summary_text.done", "response.reasoning_summary_part.done", "response.output_item.done",
                "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done",
                "response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done",
                "response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done",
                "response.completed",
            ],
            Types(events));
        var output = events[^1]["response"]!["output"]!.AsArray();
        Assert.Equal(["reasoning", "message", "function_call", "function_call"], output.Select(item => (string)item!["type"]!));
        Assert.Equal("Hm, well.", (string)output[0]!["summary"]![0]!["text"]!);
        Assert.Equal("""{"city":"Paris"}""", (string)output[2]!["arguments"]!);
        Assert.Equal("call_1", (string)output[2]!["call_id"]!);
        Assert.Equal("{}", (string)output[3]!["arguments"]!);
        Assert.Equal([0, 1, 2, 3], events.Where(one => (string)one["type"]! == "response.output_item.done").Select(one => (int)one["output_index"]!));
        Assert.Equal(output.Count, output.Select(item => (string)item!["id"]!).Distinct().Count());
    }

    [Fact]
    public async Task A_refusal_is_a_part_of_its_own()
    {
        var events = await _run.EventsAsync(Asked, ResponsesRun.Stream("stop", """{"content":"So: "}""", """{"refusal":"I "}""", """{"refusal":"won't."}"""));

        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "response.content_part.added", "response.refusal.delta", "response.refusal.delta", "response.refusal.done", "response.content_part.done",
                "response.output_item.done", "response.completed",
            ],
            Types(events));
        Assert.Equal("I won't.", (string)events[^1]["response"]!["output"]![0]!["content"]![1]!["refusal"]!);
    }

    [Theory]
    [InlineData("length", "max_output_tokens")]
    [InlineData("content_filter", "content_filter")]
    public async Task An_answer_that_was_cut_off_is_incomplete(string finish, string reason)
    {
        var events = await _run.EventsAsync(Asked, ResponsesRun.Stream(finish, """{"content":"One, two"}"""));

        Assert.Equal("response.incomplete", (string)events[^1]["type"]!);
        var response = events[^1]["response"]!;
        Assert.Equal("incomplete", (string)response["status"]!);
        Assert.Equal(reason, (string)response["incomplete_details"]!["reason"]!);
        Assert.Equal("incomplete", (string)response["output"]![0]!["status"]!);
        Assert.Null(response["completed_at"]);
    }

    [Fact]
    public async Task Citations_are_told_where_they_stand()
    {
        var events = await _run.EventsAsync(Asked, ResponsesRun.Stream(
            "stop", """{"content":"Seen."}""", """{"annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example","title":"A","start_index":0,"end_index":4}}]}"""));

        var told = Assert.Single(events, one => (string)one["type"]! == "response.output_text.annotation.added");
        Assert.Equal(0, (int)told["annotation_index"]!);
        var expected = JsonNode.Parse("""{"type":"url_citation","url":"https://a.example","title":"A","start_index":0,"end_index":4}""");
        Assert.True(JsonNode.DeepEquals(expected, told["annotation"]));
        Assert.True(JsonNode.DeepEquals(expected, events[^1]["response"]!["output"]![0]!["content"]![0]!["annotations"]![0]));
    }

    [Fact]
    public async Task Probabilities_come_with_their_text_when_asked_for()
    {
        const string Request = """{"model":"m","input":"Hi","stream":true,"include":["message.output_text.logprobs"],"top_logprobs":1}""";
        const string Token = """{"token":"a","logprob":-0.1,"bytes":[97],"top_logprobs":[{"token":"a","logprob":-0.1,"bytes":[97]}]}""";
        var stream = $"data: {ResponsesRun.Chunk($$"""{"index":0,"delta":{"content":"a"},"logprobs":{"content":[{{Token}}],"refusal":null},"finish_reason":null}""")}\n\n"
            + ResponsesRun.Stream("stop", """{"content":"b"}""");

        var events = await _run.EventsAsync(Request, stream);

        var deltas = events.Where(one => (string)one["type"]! == "response.output_text.delta").ToList();
        Assert.Equal(["a", "b"], deltas.Select(one => (string)one["delta"]!));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($"[{Token}]"), deltas[0]["logprobs"]));
        Assert.Empty(deltas[1]["logprobs"]!.AsArray());
        Assert.Single(events[^1]["response"]!["output"]![0]!["content"]![0]!["logprobs"]!.AsArray());
        Assert.True((bool)_run.Sent[0]["logprobs"]!);
        Assert.Equal(1, (int)_run.Sent[0]["top_logprobs"]!);
    }

    [Fact]
    public async Task A_custom_tool_is_called_with_its_text()
    {
        const string Request = """{"model":"m","input":"Hi","stream":true,"tools":[{"type":"custom","name":"sql","description":"Runs it."}]}""";

        var events = await _run.EventsAsync(Request, ResponsesRun.Stream(
            "tool_calls",
            """{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"sql","arguments":"{\"input\":\"SELECT"}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":" \\\"a\\\"\"}"}}]}"""));

        Assert.Equal(
            ["response.output_item.added", "response.custom_tool_call_input.delta", "response.custom_tool_call_input.done", "response.output_item.done"],
            Types(events)[2..^1]);
        Assert.Equal("SELECT \"a\"", (string)events[3]["delta"]!);
        Assert.Equal("SELECT \"a\"", (string)events[^1]["response"]!["output"]![0]!["input"]!);
        Assert.Equal("custom_tool_call", (string)events[^1]["response"]!["output"]![0]!["type"]!);
        Assert.Equal("function", (string)_run.Sent[0]["tools"]![0]!["type"]!);
    }

    [Fact]
    public async Task A_picture_is_an_item()
    {
        var events = await _run.EventsAsync(Asked, ResponsesRun.Stream("stop", """{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]}"""));

        var item = events[^1]["response"]!["output"]![0]!;
        Assert.Equal("image_generation_call", (string)item["type"]!);
        Assert.Equal("aGk=", (string)item["result"]!);
    }

    [Fact]
    public async Task An_answer_of_nothing_is_a_message_that_says_nothing()
    {
        var events = await _run.EventsAsync(Asked, ResponsesRun.Stream("stop"));

        Assert.Equal("", (string)events[^1]["response"]!["output"]![0]!["content"]![0]!["text"]!);
    }

    [Fact]
    public async Task A_fault_in_the_middle_is_the_last_event()
    {
        var stream = $"data: {ResponsesRun.Chunk("""{"index":0,"delta":{"content":"One"},"finish_reason":null}""")}\n\ndata: {{\"error\":{{\"message\":\"It broke.\",\"type\":\"upstream_error\",\"code\":\"upstream_incomplete\"}}}}\n\n";

        var events = await _run.EventsAsync(Asked, stream);

        Assert.Equal("error", (string)events[^1]["type"]!);
        Assert.Equal("It broke.", (string)events[^1]["message"]!);
        Assert.Equal("upstream_incomplete", (string)events[^1]["code"]!);
        Assert.DoesNotContain(events, one => (string)one["type"]! is "response.completed" or "response.output_item.done");
    }

    [Fact]
    public async Task An_end_without_a_reason_is_a_fault()
    {
        var stream = $"data: {ResponsesRun.Chunk("""{"index":0,"delta":{"content":"One"},"finish_reason":null}""")}\n\ndata: [DONE]\n\n";

        var events = await _run.EventsAsync(Asked, stream);

        Assert.Equal("error", (string)events[^1]["type"]!);
    }

    [Fact]
    public async Task However_the_bytes_are_cut_the_events_are_the_same()
    {
        var whole = Texts(await _run.EventsAsync(Asked, Mixed));

        for (var piece = 1; piece < 90; piece++)
        {
            Assert.Equal(whole, Texts(await _run.EventsAsync(Asked, Mixed, piece)));
        }
    }

    [Fact]
    public async Task A_whole_answer_says_the_same_as_a_stream()
    {
        var streamed = (await _run.EventsAsync(Asked, Mixed))[^1]["response"]!;

        var whole = await _run.RespondAsync("""{"model":"m","input":"Hi"}""", ResponsesRun.Whole(
            """
            {"role":"assistant","content":"Look.","reasoning_content":"Hm, well.","tool_calls":[
            {"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}},{"id":"call_2","type":"function","function":{"name":"time","arguments":""}}]}
            """, "tool_calls"));

        Assert.Equal(Text(streamed["output"]!), Text(whole["output"]!));
        Assert.Equal(streamed.AsObject().Select(member => member.Key), whole.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task What_a_request_has_in_several_lines_is_told_in_one()
    {
        const string Request = """
            {
              "model": "m", "input": "Hi", "stream": true,
              "metadata": {
                "a": "b"
              },
              "tools": [
                { "type": "function", "name": "f", "parameters": {
                    "type": "object"
                } }
              ]
            }
            """;

        var events = await _run.EventsAsync(Request.ReplaceLineEndings("\r\n"), ResponsesRun.Stream("stop", """{"content":"Hi"}"""));

        Assert.Equal("object", (string)events[0]["response"]!["tools"]![0]!["parameters"]!["type"]!);
    }

    [Fact]
    public async Task What_a_provider_tells_in_several_lines_is_told_in_one()
    {
        const string Call = """
            data: {"id":"c1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","function":{"name":"f","arguments":"{}"},"extra_content":{
            data: "a":1}}],"annotations":[{"type":"url_citation","url_citation":
            data: {"url":"https://a.example","title":null,"more":[
            data: ]}},null]},"logprobs":{"content":[
            data: {"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]}]},"finish_reason":null}]}


            """;
        const string Request = """{"model":"m","input":"Hi","stream":true,"include":["message.output_text.logprobs"]}""";
        var stream = $"data: {ResponsesRun.Chunk("""{"index":0,"delta":{"content":"a"},"finish_reason":null}""")}\n\n{Call.ReplaceLineEndings("\n")}{ResponsesRun.Stream("tool_calls")}";

        var (outcome, text) = await _run.SendAsync(Request, stream);

        Assert.False(outcome.IsError);
        var frames = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(frames, frame => Assert.Equal(2, frame.Split('\n').Length));
        var output = JsonNode.Parse(frames[^1].Split('\n')[1]["data: ".Length..])!["response"]!["output"]!;
        Assert.Equal(1, (int)output[1]!["extra_content"]!["a"]!);
        Assert.Equal("", (string)Assert.Single(output[2]!["content"]![0]!["annotations"]!.AsArray())!["title"]!);
    }

    [Fact]
    public async Task What_comes_behind_the_reason_to_finish_belongs_to_the_answer()
    {
        var stream = $"data: {ResponsesRun.Chunk("""{"index":0,"delta":{"content":"One"},"finish_reason":"stop"}""")}\n\n"
            + ResponsesRun.Stream("stop", """{"content":" two"}""", """{"reasoning_content":"Hm."}""");

        var events = await _run.EventsAsync(Asked, stream);

        var output = events[^1]["response"]!["output"]!.AsArray();
        Assert.Equal("One two", (string)output[0]!["content"]![0]!["text"]!);
        Assert.Equal("Hm.", (string)output[1]!["summary"]![0]!["text"]!);
        Assert.Equal(2, events.Count(one => (string)one["type"]! == "response.output_item.done"));
        Assert.Single(events, one => (string)one["type"]! == "response.content_part.added");
    }

    [Fact]
    public async Task A_picture_is_whole_wherever_the_answer_is_cut_off()
    {
        var events = await _run.EventsAsync(Asked, ResponsesRun.Stream("length", """{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]}"""));

        Assert.Equal("incomplete", (string)events[^1]["response"]!["status"]!);
        Assert.Equal("completed", (string)events[^1]["response"]!["output"]![0]!["status"]!);
    }

    [Fact]
    public async Task The_probabilities_of_a_whole_answer_are_of_its_text_though_calls_follow()
    {
        const string Message = """{"role":"assistant","content":"a","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]}""";

        var response = await _run.RespondAsync(
            """{"model":"m","input":"Hi","include":["message.output_text.logprobs"]}""",
            ResponsesRun.Whole(Message, "tool_calls", ""","logprobs":{"content":[{"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]}],"refusal":null}"""));

        Assert.Equal("a", (string)Assert.Single(response["output"]![0]!["content"]![0]!["logprobs"]!.AsArray())!["token"]!);
    }

    [Fact]
    public async Task Text_that_waits_for_its_probabilities_comes_before_the_thoughts_behind_it()
    {
        const string Request = """{"model":"m","input":"Hi","stream":true,"include":["message.output_text.logprobs"]}""";

        var events = await _run.EventsAsync(Request, ResponsesRun.Stream("stop", """{"content":"a"}""", """{"reasoning_details":[{"type":"reasoning.encrypted","data":"d"}]}"""));

        Assert.Equal(["message", "reasoning"], events[^1]["response"]!["output"]!.AsArray().Select(item => (string)item!["type"]!));
    }

    [Fact]
    public async Task A_text_for_a_custom_tool_may_hold_half_a_character()
    {
        const string Request = """{"model":"m","input":"Hi","tools":[{"type":"custom","name":"sql"}]}""";

        var response = await _run.RespondAsync(Request, ResponsesRun.Whole(
            """{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"sql","arguments":"{\"input\":\"\\ud83d\"}"}}]}""", "tool_calls"));

        Assert.Equal("""{"input":"\ud83d"}""", (string)response["output"]![0]!["input"]!);
    }

    [Fact]
    public async Task A_whole_answer_of_no_choice_is_none()
    {
        var (outcome, _) = await _run.SendAsync("""{"model":"m","input":"Hi"}""", """{"id":"c1","object":"chat.completion","created":1,"model":"m-1","choices":[]}""");

        Assert.Equal(502, outcome.Error?.Status);
    }

    private static string Mixed => ResponsesRun.Stream(
        "tool_calls",
        """{"role":"assistant","content":""}""",
        """{"reasoning_content":"Hm, "}""",
        """{"reasoning_content":"well."}""",
        """{"content":"Look."}""",
        """{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]}""",
        """{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\""}}]}""",
        """{"tool_calls":[{"index":0,"function":{"arguments":":\"Paris\"}"}}]}""",
        """{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"time","arguments":""}}]}""");

    private static List<string> Types(IEnumerable<JsonNode> events) => [.. events.Select(one => (string)one["type"]!)];

    private static List<string> Texts(IEnumerable<JsonNode> events) => [.. events.Select(Text)];

    // Ids are new each time.
    private static string Text(JsonNode node) => System.Text.RegularExpressions.Regex.Replace(node.ToJsonString(), "_sb[0-9a-f]{32}", "_ID");
}
