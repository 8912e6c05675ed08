using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Switchboard.Client.Responses;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using Switchboard.Tests.Client.Helpers;

namespace Switchboard.Tests.Client.Responses;

public sealed class ResponseAccumulatorTests
{
    private const string Created = """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1,"model":"m","status":"in_progress","output":[]}}""";

    [Fact]
    public async Task Text_shows_as_it_comes_and_the_final_response_is_the_last_events()
    {
        var accumulator = new ResponseAccumulator();
        var seen = new List<string?>();
        await foreach (var streamEvent in RecordedStreams.Live(Events(
            Created,
            """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"in_progress","content":[]}}""",
            """{"type":"response.content_part.added","sequence_number":2,"output_index":0,"item_id":"msg_1","content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}""",
            """{"type":"response.output_text.delta","sequence_number":3,"output_index":0,"item_id":"msg_1","content_index":0,"delta":"Hel","logprobs":[]}""",
            """{"type":"response.output_text.delta","sequence_number":4,"output_index":0,"item_id":"msg_1","content_index":0,"delta":"lo","logprobs":[]}""",
            """{"type":"response.completed","sequence_number":5,"response":{"id":"resp_1","object":"response","created_at":1,"model":"m","status":"completed","output":[]}}"""))
            .AccumulateAsync(accumulator, TestContext.Current.CancellationToken))
        {
            seen.Add(streamEvent is ResponseTextDeltaEvent ? accumulator.CurrentText : null);
        }

        Assert.Equal([null, null, null, "Hel", "Hello", null], seen);
        Assert.Equal("Hello", accumulator.OutputText);
        Assert.Equal(5, accumulator.SequenceNumber);
        Assert.Equal("completed", accumulator.GetFinal().Status?.Value);
    }

    [Fact]
    public void Arguments_are_read_while_they_come()
    {
        var accumulator = new ResponseAccumulator();
        Assert.True(Add(accumulator, """{"type":"response.output_item.added","sequence_number":1,"output_index":2,"item":{"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"","status":"in_progress"}}"""));
        Add(accumulator, """{"type":"response.function_call_arguments.delta","sequence_number":2,"output_index":2,"item_id":"fc","delta":"{\"city\":\"Os"}""");

        Assert.True(accumulator.CurrentJson!.TryRead(PlaceJson.Default.Place, out var place));
        Assert.Equal("Os", place.City);

        Add(accumulator, """{"type":"response.function_call_arguments.delta","sequence_number":3,"output_index":2,"item_id":"fc","delta":"lo\",\"days\":3}"}""");
        Assert.True(accumulator.CurrentJson!.TryRead(PlaceJson.Default.Place, out place));
        Assert.Equal(new Place("Oslo", 3), place);
        Assert.Equal(new Place("Oslo", 3), Assert.Single(accumulator.Snapshot.FunctionCalls).ReadArguments(PlaceJson.Default.Place));
    }

    [Fact]
    public void A_resumed_stream_that_says_events_again_changes_nothing()
    {
        var accumulator = new ResponseAccumulator();
        Add(accumulator, Created);
        Add(accumulator, Delta(1, "a"));
        Add(accumulator, Delta(2, "b"));

        Assert.False(Add(accumulator, Delta(1, "a")));
        Assert.False(Add(accumulator, Delta(2, "b")));
        Assert.True(Add(accumulator, Delta(3, "c")));
        Assert.Equal("abc", accumulator.OutputText);
        Assert.Contains("after event 3", Assert.Throws<InvalidOperationException>(() => accumulator.GetFinal()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_without_numbers_and_without_announcements_is_understood()
    {
        var accumulator = new ResponseAccumulator();
        foreach (var delta in new[] { "a", "b", "c" })
        {
            Assert.True(Add(accumulator, $$"""{"type":"response.output_text.delta","output_index":0,"item_id":"msg_1","content_index":0,"delta":"{{delta}}"}"""));
        }

        Add(accumulator, """{"type":"response.reasoning_summary_text.delta","output_index":1,"item_id":"rs","summary_index":0,"delta":"thinking"}""");
        Add(accumulator, """{"type":"response.refusal.delta","output_index":2,"item_id":"msg_2","content_index":0,"delta":"no"}""");
        Assert.Null(accumulator.SequenceNumber);
        Assert.Equal("abc", accumulator.OutputText);
        Assert.Equal("no", accumulator.Snapshot.Refusal);
        Assert.Equal("thinking", Assert.IsType<ReasoningItem>(accumulator.Snapshot.Output[1]).Summary[0].Text);

        Add(accumulator, """{"type":"response.completed","response":{"id":"r","object":"response","created_at":1,"model":"m","output":[]}}""");
        Assert.Equal("abc", accumulator.GetFinal().GetOutputText());
    }

    [Fact]
    public void Events_of_calls_tell_what_they_are_doing_and_unknown_events_do_no_harm()
    {
        var accumulator = new ResponseAccumulator();
        Add(accumulator, """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"web_search_call","id":"ws","status":"in_progress"}}""");
        Add(accumulator, """{"type":"response.web_search_call.searching","sequence_number":2,"output_index":0,"item_id":"ws"}""");
        Assert.Equal("searching", Assert.IsType<WebSearchToolCall>(accumulator.Snapshot.Output[0]).Status.Value);

        Add(accumulator, """{"type":"response.output_item.done","sequence_number":3,"output_index":0,"item":{"type":"web_search_call","id":"ws","status":"completed"}}""");
        Add(accumulator, """{"type":"response.web_search_call.searching","sequence_number":4,"output_index":0,"item_id":"ws"}""");
        Assert.True(Add(accumulator, """{"type":"response.of_the_future","sequence_number":5,"output_index":"x"}"""));
        Assert.True(Add(accumulator, """{"type":"response.future_call.searching","sequence_number":6,"output_index":"x"}"""));
        Assert.Equal(6, accumulator.SequenceNumber);
        Assert.Equal("completed", Assert.IsType<WebSearchToolCall>(Assert.Single(accumulator.Snapshot.Output)).Status.Value);
    }

    [Fact]
    public void An_image_is_there_in_part_before_it_is_whole()
    {
        var accumulator = new ResponseAccumulator();
        Add(accumulator, """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"image_generation_call","id":"ig","status":"in_progress"}}""");
        Add(accumulator, $$"""{"type":"response.image_generation_call.partial_image","sequence_number":2,"output_index":0,"item_id":"ig","partial_image_index":0,"partial_image_b64":"{{Convert.ToBase64String("part"u8)}}"}""");

        var image = Assert.IsType<ImageGenToolCall>(accumulator.Snapshot.Output[0]);
        Assert.Equal("part", Encoding.ASCII.GetString(image.Result!.Value.Span));
    }

    [Theory]
    [InlineData("response.failed", "failed")]
    [InlineData("response.incomplete", "incomplete")]
    public async Task Failed_and_incomplete_responses_are_final(string type, string status)
    {
        var response = await RecordedStreams.Live(Events(Created, $$$"""{"type":"{{{type}}}","sequence_number":1,"response":{"id":"resp_1","object":"response","created_at":1,"model":"m","status":"{{{status}}}","output":[]}}"""))
            .GetFinalAsync(TestContext.Current.CancellationToken);

        Assert.Equal(status, response.Status?.Value);
    }

    [Fact]
    public void Output_goes_into_the_next_turn_without_what_only_the_server_says()
    {
        var response = WireJson.Deserialize<Response>("""
            {"id":"r","object":"response","created_at":1,"model":"m","output":[
              {"type":"reasoning","id":"rs","summary":[],"encrypted_content":"x"},
              {"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"","created_by":"u","extra_content":{"a":1}},
              {"type":"computer_call_output","id":"co","call_id":"c","output":{"type":"computer_screenshot"},"status":"failed"},
              {"type":"of_the_future","created_by":"u","a":1}]}
            """);

        Assert.Equal(
            [
                """{"type":"reasoning","id":"rs","encrypted_content":"x","summary":[]}""",
                """{"id":"fc","type":"function_call","call_id":"c","name":"f","arguments":"","extra_content":{"a":1}}""",
                """{"type":"of_the_future","a":1}""",
            ],
            response.ToInputItems().Select(item => item.ToString()));
        Assert.NotNull(response.FunctionCalls.Single().ReadArguments(PlaceJson.Default.Place));
        Assert.Equal("", response.GetOutputText());
        Assert.Null(response.Refusal);
    }

    [Fact]
    public void Every_event_type_of_the_protocol_tells_its_number()
    {
        var types = typeof(ResponseStreamEvent).Assembly.GetTypes().Where(type => type.BaseType == typeof(ResponseStreamEvent) && type.GetProperty("SequenceNumber") is not null).ToList();

        Assert.True(types.Count >= 59);
        foreach (var type in types)
        {
            var streamEvent = (ResponseStreamEvent)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
            type.GetProperty("SequenceNumber")!.SetValue(streamEvent, 7L);
            Assert.Equal(7, streamEvent.SequenceNumber);
        }
    }

    private static string Delta(int number, string text) =>
        $$"""{"type":"response.output_text.delta","sequence_number":{{number}},"output_index":0,"item_id":"msg_1","content_index":0,"delta":"{{text}}","logprobs":[]}""";

    private static bool Add(ResponseAccumulator accumulator, string json) => accumulator.Add(WireJson.Deserialize<ResponseStreamEvent>(json));

    private static IEnumerable<ResponseStreamEvent> Events(params string[] json) => json.Select(WireJson.Deserialize<ResponseStreamEvent>);
}

internal sealed record Place(string City, int Days);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Place))]
internal sealed partial class PlaceJson : JsonSerializerContext;
