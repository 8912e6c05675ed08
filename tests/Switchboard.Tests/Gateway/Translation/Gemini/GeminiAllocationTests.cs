using System.Buffers;
using System.Text;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Gemini;
using Switchboard.Tests.Budgets;

namespace Switchboard.Tests.Gateway.Translation.Gemini;

public sealed class GeminiAllocationTests
{
    private const int Events = 10_000;

    private static readonly byte[] s_first = Encoding.UTF8.GetBytes("""{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"responseId":"r","modelVersion":"m"}""");

    private static readonly byte[] s_event = Encoding.UTF8.GetBytes(
        """{"candidates": [{"content": {"parts": [{"text": " word"}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 8,"candidatesTokenCount": 7,"totalTokenCount": 36,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 8}],"thoughtsTokenCount": 21,"serviceTier": "standard"},"modelVersion": "gemini-2.5-flash","responseId": "6r6Fau_RLcbFnsEPtr2noAk"}""");

    // What is left is the text itself, which is kept for the places of citations.
    [Fact]
    public void An_event_of_text_costs_next_to_nothing()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var chunks = new ChatChunks(output, new ChatStamp("m", TimeProvider.System), includeUsage: true);
        var answer = new GeminiAnswerToChat();
        answer.ReadEvent(default, s_first, chunks);
        Read(answer, chunks, output, 2000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(answer, chunks, output, Events);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        AllocationBudget.Check("translate_gemini_event", (double)allocated / Events);
    }

    private static void Read(GeminiAnswerToChat answer, ChatChunks chunks, ArrayBufferWriter<byte> output, int count)
    {
        for (var i = 0; i < count; i++)
        {
            answer.ReadEvent(default, s_event, chunks);
            output.ResetWrittenCount();
        }
    }
}
