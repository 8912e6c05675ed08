using System.Text.Json;
using Switchboard.Client.Chat;
using Switchboard.Protocol.Chat;
using Switchboard.Tests.Client.Helpers;

namespace Switchboard.Tests.Client.Chat;

/// <summary>Every recorded stream of chat completions against sums made from its JSON.</summary>
public sealed class ChatAccumulatorRecordedTests(ITestOutputHelper output)
{
    private static readonly Lazy<IReadOnlyList<(string Source, IReadOnlyList<ChatCompletionChunk> Events)>> s_streams =
        new(() => RecordedStreams.Of<ChatCompletionChunk>("createChatCompletion"));

    private static readonly Dictionary<string, string> s_cut = new(StringComparer.Ordinal)
    {
        ["chat_with_extended_thinking_gpustack_qwen3_streams_thinking_content_when_available.json[0]"] = "the server broke off with an error",
    };

    [Fact]
    public void Every_stream_gives_a_whole_completion_with_all_its_texts()
    {
        var cut = new List<string>();
        foreach (var (source, chunks) in s_streams.Value)
        {
            var accumulator = new ChatCompletionAccumulator();
            foreach (var chunk in chunks)
            {
                accumulator.Add(chunk);
            }

            if (!accumulator.IsComplete)
            {
                cut.Add(source);
                continue;
            }

            Check(source, chunks, accumulator.GetFinal());
        }

        output.WriteLine($"{s_streams.Value.Count} streams, cut off: {cut.Count}");
        Assert.True(s_streams.Value.Count >= 100, $"{s_streams.Value.Count}");
        Assert.Equal(s_cut.Keys.Order(), cut.Select(Path.GetFileName).Distinct().Order());
    }

    [Fact]
    public async Task The_events_of_every_stream_say_the_same_as_its_end()
    {
        foreach (var (_, chunks) in s_streams.Value.Where(stream => !s_cut.ContainsKey(Path.GetFileName(stream.Source))))
        {
            var events = new List<ChatStreamEvent>();
            await foreach (var happened in RecordedStreams.Live(chunks).AccumulateAsync(cancellationToken: TestContext.Current.CancellationToken))
            {
                events.Add(happened);
            }

            var final = Assert.IsType<ChatCompletionDone>(events[^1]).Completion;
            foreach (var choice in final.Choices)
            {
                var message = choice.Message;
                Assert.Equal(message.Content ?? "", Joined(events.OfType<ChatContentDelta>().Where(e => e.Choice == choice.Index).Select(e => e.Delta)));
                Assert.Equal(message.Content ?? "", events.OfType<ChatContentDelta>().LastOrDefault(e => e.Choice == choice.Index)?.Snapshot ?? "");
                Assert.Equal(message.Reasoning ?? "", Joined(events.OfType<ChatReasoningDelta>().Where(e => e.Choice == choice.Index).Select(e => e.Delta)));
                Assert.Equal(message.ToolCalls ?? [], events.OfType<ChatToolCallDone>().Where(e => e.Choice == choice.Index).OrderBy(e => e.Index).Select(e => e.Call));
                Assert.Single(events.OfType<ChatChoiceDone>(), e => e.Choice == choice.Index);
            }
        }
    }

    private static string Joined(IEnumerable<string> pieces) => string.Concat(pieces);

    private static void Check(string source, IReadOnlyList<ChatCompletionChunk> chunks, ChatCompletion final)
    {
        Assert.Equal(chunks.FirstOrDefault(chunk => chunk.Id.Length > 0)?.Id ?? "", final.Id);
        Assert.Equal(chunks.LastOrDefault(chunk => chunk.Usage is not null)?.Usage, final.Usage);
        foreach (var choice in final.Choices)
        {
            var pieces = chunks.SelectMany(chunk => chunk.Choices).Where(piece => piece.Index == choice.Index && piece.Delta is not null).ToList();
            var calls = pieces.SelectMany(piece => piece.Delta.ToolCalls ?? []).ToList();
            Assert.Equal(Joined(pieces.Select(piece => piece.Delta.Content ?? "")), choice.Message.Content ?? "");
            Assert.Equal(Joined(calls.Select(call => call.Function?.Arguments ?? "")), Joined((choice.Message.ToolCalls ?? []).Cast<ChatFunctionToolCall>().Select(call => call.Function.Arguments)));
            Assert.True(choice.FinishReason.Value.Length > 0);
            foreach (var call in (choice.Message.ToolCalls ?? []).Cast<ChatFunctionToolCall>())
            {
                Assert.True(call.Function.Name.Length > 0, source);
                Assert.Contains(call.Function.Name, calls.Select(piece => piece.Function?.Name));
                Assert.Equal(JsonValueKind.Object, JsonElement.Parse(call.Function.Arguments switch
                {
                    // Said so by hand, as a model may.
                    "" or "invalid_arguments_format" => "{}",
                    var arguments => arguments,
                }).ValueKind);
            }
        }
    }
}
