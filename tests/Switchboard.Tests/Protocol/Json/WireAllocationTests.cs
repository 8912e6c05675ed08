using System.Buffers;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Places;
using Switchboard.Tests.Budgets;

namespace Switchboard.Tests.Protocol.Json;

/// <summary>What the bodies of the benchmarks allocate; their times are in docs/benchmarks.md.</summary>
public sealed class WireAllocationTests
{
    private const int Rounds = 100;

    [Fact]
    public void Reading_a_chat_completion_allocates_little_more_than_its_text() => CheckReading<ChatCompletion>("chat-completion.json", "read_chat_completion");

    [Fact]
    public void Reading_a_chat_chunk_allocates_little_more_than_its_text() => CheckReading<ChatCompletionChunk>("chat-chunk.json", "read_chat_chunk");

    [Fact]
    public void Reading_a_long_response_allocates_little_more_than_its_text() => CheckReading<Response>("response.json", "read_response");

    [Fact]
    public void Writing_a_chat_request_allocates_nothing()
    {
        var body = Body("chat-request.json");
        var request = WireJson.Deserialize<ChatCompletionRequest>(body);
        var output = new ArrayBufferWriter<byte>(2 * body.Length);

        var allocated = Measure(() =>
        {
            output.ResetWrittenCount();
            WireJson.Serialize(output, request);
        });

        Assert.Equal(RawJson.Parse(body), RawJson.Parse(output.WrittenSpan));
        AllocationBudget.Check("write_chat_request", allocated);
    }

    private static void CheckReading<T>(string file, string budget)
        where T : class, IWireCodec<T>
    {
        var body = Body(file);
        T? value = null;

        var allocated = Measure(() => value = WireJson.Deserialize<T>(body));

        Assert.Equal(RawJson.Parse(body), RawJson.Parse(value!.ToString()!));
        AllocationBudget.Check(budget, allocated);
    }

    private static double Measure(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            action();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Rounds;
    }

    private static byte[] Body(string file) =>
        File.ReadAllBytes(RepositoryRoot.Combine("benchmarks", "Switchboard.Benchmarks", "Micro", "Bodies", file));
}
