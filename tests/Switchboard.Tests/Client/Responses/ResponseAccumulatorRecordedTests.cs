using Switchboard.Client.Responses;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Json;
using Switchboard.Tests.Client.Helpers;

namespace Switchboard.Tests.Client.Responses;

/// <summary>What is put together from the pieces of every recorded stream against what its last event says.</summary>
public sealed class ResponseAccumulatorRecordedTests(ITestOutputHelper output)
{
    private static readonly Lazy<IReadOnlyList<(string Source, IReadOnlyList<ResponseStreamEvent> Events)>> s_streams =
        new(() => RecordedStreams.Of<ResponseStreamEvent>("createResponse", "getResponse"));

    // Members that the server makes anew each time that it says an item.
    private static readonly HashSet<string> s_fresh = ["$.encrypted_content", "$.fingerprint"];

    private static readonly Dictionary<string, string> s_otherWhole = new(StringComparer.Ordinal)
    {
        ["github-copilot-id-rotation.1.chunks.txt"] = "the server gives an item another id in each event",
        ["ResponseStream.2.sse.txt"] = "hand-made: no item is said to be done",
    };

    private static readonly Dictionary<string, string> s_otherDeltas = new(StringComparer.Ordinal)
    {
        ["lmstudio-tool-call.1.chunks.txt"] = "the arguments come in the done event alone",
        ["lmstudio-tool-call.2.chunks.txt"] = "the arguments come in the done event alone",
        ["openai-phase.1.chunks.txt"] = "deltas were cut out by hand",
        ["openai-shell-container.1.chunks.txt"] = "deltas were cut out by hand",
    };

    [Fact]
    public void The_output_without_the_last_event_is_the_output_that_it_says()
    {
        var (compared, differences) = Compare(events => events.Where(e => !IsEnd(e)));

        output.WriteLine($"{compared} streams");
        Assert.True(compared >= 50, $"{compared} streams");
        AssertOnly(s_otherWhole, differences);
    }

    [Fact]
    public void The_output_of_nothing_but_deltas_has_the_texts_and_arguments_that_the_last_event_says()
    {
        var (compared, differences) = Compare(
            events => events.Where(e => !IsEnd(e) && !e.Type.EndsWith(".done", StringComparison.Ordinal)),
            item => TextsOf(item));

        Assert.True(compared >= 50, $"{compared} streams");
        AssertOnly(s_otherDeltas, differences);
    }

    private static void AssertOnly(Dictionary<string, string> allowed, List<(string Source, string Problem)> differences)
    {
        var wrong = differences.Where(difference => !allowed.ContainsKey(Path.GetFileName(difference.Source))).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(allowed.Keys.Order(), differences.Select(difference => Path.GetFileName(difference.Source)).Distinct().Order());
    }

    private static (int Compared, List<(string Source, string Problem)> Differences) Compare(
        Func<IReadOnlyList<ResponseStreamEvent>, IEnumerable<ResponseStreamEvent>> choose, Func<ResponseItem, string>? view = null)
    {
        var compared = 0;
        var differences = new List<(string, string)>();
        foreach (var (source, events) in s_streams.Value)
        {
            if (events.LastOrDefault(IsEnd) is not { } end || events.Count(IsEnd) != 1)
            {
                continue;
            }

            var expected = End(end)!;
            var accumulator = new ResponseAccumulator();
            foreach (var streamEvent in choose(events))
            {
                accumulator.Add(streamEvent);
            }

            compared++;
            Assert.False(accumulator.IsComplete);
            differences.AddRange(Differences(expected, accumulator.Snapshot, view).Select(difference => (source, difference)));
            accumulator.Add(end);
            Assert.Same(expected, accumulator.GetFinal());
        }

        return (compared, differences);
    }

    private static IEnumerable<string> Differences(Response expected, Response actual, Func<ResponseItem, string>? view)
    {
        if (expected.GetOutputText() != actual.GetOutputText())
        {
            yield return $"text {actual.GetOutputText()} for {expected.GetOutputText()}";
        }

        if (expected.Output.Count != actual.Output.Count)
        {
            yield return $"{actual.Output.Count} items for {expected.Output.Count}";
        }

        foreach (var (one, other) in expected.Output.Zip(actual.Output))
        {
            var fault = view is null
                ? JsonDifference.Between(WireJson.SerializeToUtf8Bytes(one), WireJson.SerializeToUtf8Bytes(other)).FirstOrDefault(difference => !s_fresh.Contains(difference.Path))?.ToString()
                : view(one) == view(other) ? null : $"{view(other)} for {view(one)}";
            if (fault is not null)
            {
                yield return fault;
            }
        }
    }

    private static string TextsOf(ResponseItem item) => item switch
    {
        OutputMessage message => string.Join('|', message.Content.Select(part => part switch
        {
            OutputTextContent text => text.Text + string.Join(',', text.Annotations ?? []),
            RefusalContent refusal => refusal.Refusal,
            _ => part.ToString(),
        })),
        FunctionToolCall call => $"{call.CallId} {call.Name} {call.Arguments}",
        CustomToolCall call => $"{call.CallId} {call.Name} {call.Input}",
        McpToolCall call => $"{call.Name} {call.Arguments}",
        CodeInterpreterToolCall call => call.Code ?? "",
        ReasoningItem reasoning => string.Join('|', reasoning.Summary.Select(part => part.Text).Concat(reasoning.Content?.Select(part => part.Text) ?? [])),
        ShellCall call => string.Join('|', call.Action.Commands),
        ApplyPatchToolCall { Operation: ApplyPatchCreateFileOperation operation } => operation.Diff,
        ApplyPatchToolCall { Operation: ApplyPatchUpdateFileOperation operation } => operation.Diff,
        _ => item.GetType().Name,
    };

    private static bool IsEnd(ResponseStreamEvent streamEvent) => End(streamEvent) is not null;

    private static Response? End(ResponseStreamEvent streamEvent) => streamEvent switch
    {
        ResponseCompletedEvent e => e.Response,
        ResponseIncompleteEvent e => e.Response,
        ResponseFailedEvent e => e.Response,
        _ => null,
    };
}
