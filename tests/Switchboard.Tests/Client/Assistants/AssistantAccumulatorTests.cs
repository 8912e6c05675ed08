using Switchboard.Client.Assistants;
using Switchboard.Protocol.Assistants;
using Switchboard.Protocol.Json;
using Switchboard.Testing.Json;
using Switchboard.Tests.Client.Helpers;

namespace Switchboard.Tests.Client.Assistants;

public sealed class AssistantAccumulatorTests
{
    private static readonly string[] s_operations = ["createRun", "createThreadAndRun", "submitToolOuputsToRun"];

    [Fact]
    public void Messages_of_deltas_are_the_messages_that_the_server_says_at_the_end()
    {
        var compared = 0;
        foreach (var (source, events) in RecordedStreams.Of<AssistantStreamEvent>(s_operations))
        {
            var accumulator = new AssistantAccumulator();
            foreach (var streamEvent in events)
            {
                if (streamEvent is ThreadMessageCompletedEvent { Data: var expected })
                {
                    // What a completed message says beyond its content is that it is completed.
                    var actual = accumulator.Messages.Single(message => message.Id == expected.Id) with { Status = expected.Status, CompletedAt = expected.CompletedAt };
                    Assert.Equal([], Differences(expected, actual));
                    compared++;
                }

                accumulator.Add(streamEvent);
            }

            Assert.True(accumulator.IsComplete, source);
            Assert.Same(accumulator.Run, accumulator.GetFinal());
        }

        Assert.True(compared >= 3, $"{compared} messages");
    }

    [Fact]
    public void Steps_of_deltas_are_the_steps_that_the_server_says_at_the_end()
    {
        var compared = 0;
        foreach (var (_, events) in RecordedStreams.Of<AssistantStreamEvent>(s_operations))
        {
            var accumulator = new AssistantAccumulator();
            foreach (var streamEvent in events)
            {
                if (streamEvent is ThreadRunStepCompletedEvent { Data: var expected } && events.Any(e => e is ThreadRunStepDeltaEvent delta && delta.Data.Id == expected.Id))
                {
                    var actual = accumulator.Steps.Single(step => step.Id == expected.Id);
                    Assert.Equal([], Differences(expected.StepDetails, actual.StepDetails));
                    compared++;
                }

                accumulator.Add(streamEvent);
            }
        }

        Assert.True(compared > 0);
    }

    [Fact]
    public async Task Text_and_arguments_show_as_they_come()
    {
        var accumulator = new AssistantAccumulator();
        var seen = new List<string?>();
        await foreach (var _ in RecordedStreams.Live(Events(
            """{"event":"thread.message.delta","data":{"id":"msg","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"Hel","annotations":[]}}]}}}""",
            """{"event":"thread.message.delta","data":{"id":"msg","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"lo"}}]}}}""",
            """{"event":"thread.run.step.delta","data":{"id":"step","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"f","arguments":"{\"a\":"}}]}}}}""",
            """{"event":"thread.run.step.delta","data":{"id":"step","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":1,"id":"c2","type":"function","function":{"arguments":"[1"}}]}}}}""",
            """{"event":"thread.of.the.future","data":{}}"""))
            .AccumulateAsync(accumulator, TestContext.Current.CancellationToken))
        {
            seen.Add(accumulator.CurrentText is null ? null : $"{accumulator.CurrentText} {accumulator.CurrentJson}");
        }

        Assert.Equal(["Hel null", "Hello null", "{\"a\": {}", "{\"a\":[1 {\"a\":[1]}", null], seen);
        Assert.Equal("Hello", Assert.IsType<MessageText>(Assert.Single(Assert.Single(accumulator.Messages).Content)).Text.Value);
        var call = Assert.IsType<RunStepDetailsToolCallsFunction>(Assert.Single(Assert.IsType<RunStepDetailsToolCalls>(Assert.Single(accumulator.Steps).StepDetails).ToolCalls));
        Assert.Equal(("c2", "f", "{\"a\":[1"), (call.Id, call.Function.Name, call.Function.Arguments));
        Assert.Throws<InvalidOperationException>(() => accumulator.GetFinal());
    }

    // A delta alone has an empty quote; the results of a file search come with the whole step alone.
    private static IEnumerable<string> Differences<T>(T expected, T actual)
        where T : IWireCodec<T> =>
        JsonDifference.Between(WireJson.SerializeToUtf8Bytes(expected), WireJson.SerializeToUtf8Bytes(actual))
            .Where(difference => !difference.Path.EndsWith(".file_citation.quote", StringComparison.Ordinal) && !difference.Path.EndsWith(".file_search.results", StringComparison.Ordinal))
            .Select(difference => difference.ToString());

    private static IEnumerable<AssistantStreamEvent> Events(params string[] json) => json.Select(WireJson.Deserialize<AssistantStreamEvent>);
}
