using System.Text.Json.Nodes;

namespace Switchboard.Tests.Gateway.Responses;

/// <summary>What a response goes on from.</summary>
public sealed class ResponseStateTests
{
    private readonly ResponsesRun _run = new();

    [Fact]
    public async Task A_response_goes_on_from_the_one_before_and_all_before_it_without_their_instructions()
    {
        var first = await RespondAsync("""{"model":"m","input":"One","instructions":"Be brief."}""", "1");
        var second = await RespondAsync($$"""{"model":"m","input":"Two","previous_response_id":"{{first["id"]}}"}""", "2");

        var third = await RespondAsync($$"""{"model":"m","input":"Three","previous_response_id":"{{second["id"]}}","instructions":"Be long."}""", "3");

        Assert.Equal((string)second["id"]!, (string)third["previous_response_id"]!);
        Assert.Equal("system Be long.|user One|assistant 1|user Two|assistant 2|user Three", Said());
    }

    [Fact]
    public async Task The_answer_of_a_tool_finds_its_call_again()
    {
        var first = await _run.RespondAsync(
            """{"model":"m","input":"Weather?","tools":[{"type":"function","name":"weather"}]}""",
            ResponsesRun.Whole("""{"role":"assistant","content":null,"reasoning_content":"Hm.","reasoning_details":[{"type":"reasoning.text","signature":"s"}],"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{}"},"extra_content":{"google":{"thought_signature":"t"}}}]}""", "tool_calls"));

        await RespondAsync($$"""{"model":"m","previous_response_id":"{{first["id"]}}","input":[{"type":"function_call_output","call_id":"call_1","output":"20"}]}""", "20 degrees.");

        var messages = _run.Sent[^1]["messages"]!.AsArray();
        Assert.Equal(3, messages.Count);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"role":"assistant","content":null,"reasoning_content":"Hm.","reasoning_details":[{"type":"reasoning.text","signature":"s"}],"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{}"},"extra_content":{"google":{"thought_signature":"t"}}}]}"""),
            messages[1]), messages[1]!.ToJsonString());
        Assert.Equal("call_1", (string)messages[2]!["tool_call_id"]!);
    }

    [Fact]
    public async Task A_stream_is_kept_as_well()
    {
        var events = await _run.EventsAsync("""{"model":"m","input":"One","stream":true}""", ResponsesRun.Stream("stop", """{"content":"1"}"""));

        await RespondAsync($$"""{"model":"m","input":"Two","previous_response_id":"{{events[^1]["response"]!["id"]}}"}""", "2");

        Assert.Equal("user One|assistant 1|user Two", Said());
    }

    [Fact]
    public async Task An_item_is_found_by_its_id()
    {
        var first = await RespondAsync("""{"model":"m","input":"One"}""", "1");

        await RespondAsync($$"""{"model":"m","input":[{"role":"user","content":"Zero"},{"type":"item_reference","id":"{{first["output"]![0]!["id"]}}"},{"role":"user","content":"Two"}]}""", "2");

        Assert.Equal("user Zero|assistant 1|user Two", Said());
    }

    [Fact]
    public async Task A_call_given_back_without_what_its_provider_wants_has_it_again()
    {
        var first = await _run.RespondAsync("""{"model":"m","input":"Hi"}""", ResponsesRun.Whole(
            """{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"t"}}}]}""", "tool_calls"));

        await RespondAsync($$"""{"model":"m","input":[{"type":"function_call","id":"{{first["output"]![0]!["id"]}}","call_id":"call_1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"x"}]}""", "2");

        Assert.Equal("t", (string)_run.Sent[^1]["messages"]![0]!["tool_calls"]![0]!["extra_content"]!["google"]!["thought_signature"]!);
    }

    [Fact]
    public async Task Encrypted_reasoning_goes_to_who_asks_for_it_and_comes_back()
    {
        const string Message = """{"role":"assistant","content":"1","reasoning_details":[{"type":"reasoning.encrypted","data":"d"}]}""";
        var silent = await _run.RespondAsync("""{"model":"m","input":"One","store":false}""", ResponsesRun.Whole(Message));
        Assert.Null(silent["output"]![0]!["encrypted_content"]);

        var told = await _run.RespondAsync("""{"model":"m","input":"One","store":false,"include":["reasoning.encrypted_content"]}""", ResponsesRun.Whole(Message));
        var items = new JsonArray([.. told["output"]!.AsArray().Select(item => item!.DeepClone()), JsonNode.Parse("""{"role":"user","content":"Two"}""")]);
        await RespondAsync($$"""{"model":"m","store":false,"input":{{items.ToJsonString()}}}""", "2");

        Assert.Equal("d", (string)_run.Sent[^1]["messages"]![0]!["reasoning_details"]![0]!["data"]!);
    }

    [Fact]
    public async Task A_picture_of_the_models_own_goes_back_to_it()
    {
        var first = await _run.RespondAsync("""{"model":"m","input":"A cat."}""", ResponsesRun.Whole(
            """{"role":"assistant","content":"Here.","images":[{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/aGk="}}]}"""));

        await RespondAsync($$"""{"model":"m","input":"Blacker.","previous_response_id":"{{first["id"]}}"}""", "2");

        var message = _run.Sent[^1]["messages"]![1]!;
        Assert.Equal("Here.", (string)message["content"]!);
        Assert.Equal("data:image/jpeg;base64,/9j/aGk=", (string)message["images"]![0]!["image_url"]!["url"]!);
    }

    [Fact]
    public async Task An_answer_that_was_cut_off_in_its_thoughts_is_no_message_of_the_next_turn()
    {
        var first = await _run.RespondAsync("""{"model":"m","input":"One"}""", ResponsesRun.Whole("""{"role":"assistant","content":null,"reasoning_content":"Hm"}""", "length"));

        await RespondAsync($$"""{"model":"m","input":"Two","previous_response_id":"{{first["id"]}}"}""", "2");

        Assert.Equal("user One|user Two", Said());
    }

    [Fact]
    public async Task An_item_that_went_before_is_not_said_again()
    {
        var first = await RespondAsync("""{"model":"m","input":"One"}""", "1");
        var item = first["output"]![0]!.ToJsonString();

        await RespondAsync($$"""{"model":"m","previous_response_id":"{{first["id"]}}","input":[{{item}},{"role":"user","content":"Two"}]}""", "2");

        Assert.Equal("user One|assistant 1|user Two", Said());
    }

    [Fact]
    public async Task A_kept_item_cannot_be_named_twice()
    {
        var first = await RespondAsync("""{"model":"m","input":"One"}""", "1");
        var reference = $$"""{"type":"item_reference","id":"{{first["output"]![0]!["id"]}}"}""";

        await AssertRefusedAsync($$"""{"model":"m","input":[{{reference}},{{reference}}]}""", 400, "input");
    }

    [Fact]
    public async Task An_id_that_is_not_there_is_not_repeated_at_length()
    {
        var (outcome, _) = await _run.SendAsync($$"""{"model":"m","input":"Two","previous_response_id":"resp_sb{{new string('0', 5000)}}"}""", ResponsesRun.Whole("""{"content":"x"}"""));

        Assert.InRange(outcome.Error!.Body.Message.Length, 1, 500);
    }

    [Fact]
    public async Task What_was_not_to_be_kept_is_not_there()
    {
        var first = await RespondAsync("""{"model":"m","input":"One","store":false}""", "1");

        await AssertRefusedAsync($$"""{"model":"m","input":"Two","previous_response_id":"{{first["id"]}}"}""", 400, "previous_response_id");
        await AssertRefusedAsync($$"""{"model":"m","input":[{"type":"item_reference","id":"{{first["output"]![0]!["id"]}}"}]}""", 404, "input[0].id");
    }

    [Fact]
    public async Task What_failed_is_not_there()
    {
        var broken = $"data: {ResponsesRun.Chunk("""{"index":0,"delta":{"content":"One"},"finish_reason":null}""")}\n\ndata: {{\"error\":{{\"message\":\"It broke.\"}}}}\n\n";
        var events = await _run.EventsAsync("""{"model":"m","input":"One","stream":true}""", broken);

        await AssertRefusedAsync($$"""{"model":"m","input":"Two","previous_response_id":"{{events[0]["response"]!["id"]}}"}""", 400, "previous_response_id");
    }

    [Theory]
    [InlineData("""{"model":"m","input":"Two","previous_response_id":"resp_0123"}""", 400, "previous_response_id")]
    [InlineData("""{"model":"m","input":"Two","conversation":"conv_0123"}""", 404, null)]
    [InlineData("""{"model":"m","input":"Two","previous_response_id":5}""", 400, "previous_response_id")]
    [InlineData("""{"model":"m","input":"Two","conversation":{}}""", 400, "conversation")]
    [InlineData("""{"model":"m","input":["Two"]}""", 400, "input[0]")]
    [InlineData("""{"model":"m","input":[{"type":"message","content":"Two"}]}""", 400, "input[0]")]
    [InlineData("""{"model":"m","input":[{"type":"\ud800"}]}""", 400, null)]
    public async Task What_is_not_there_or_no_item_is_refused(string request, int status, string? param) => await AssertRefusedAsync(request, status, param);

    private async Task<JsonNode> RespondAsync(string request, string answer) =>
        await _run.RespondAsync(request, ResponsesRun.Whole($$"""{"role":"assistant","content":"{{answer}}"}"""));

    private async Task AssertRefusedAsync(string request, int status, string? param)
    {
        var sent = _run.Sent.Count;
        var (outcome, _) = await _run.SendAsync(request, ResponsesRun.Whole("""{"content":"x"}"""));

        Assert.Equal(status, outcome.Error?.Status);
        Assert.Equal(param, outcome.Error?.Body.Param);
        Assert.Equal(sent, _run.Sent.Count);
    }

    private string Said() => string.Join('|', _run.Sent[^1]["messages"]!.AsArray().Select(message => $"{message!["role"]} {message["content"]}"));
}
