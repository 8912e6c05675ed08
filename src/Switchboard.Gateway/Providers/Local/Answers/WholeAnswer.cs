using System.Buffers;
using System.Text.Json;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>Answers that do not stream: collected, then sent with their length.</summary>
internal static class WholeAnswer
{
    /// <summary>Reads all choices to their end.</summary>
    public static async ValueTask<ChoiceText[]> CollectAsync(IAsyncEnumerable<GenerationUpdate> updates, int choices, CancellationToken cancellationToken)
    {
        var texts = new ChoiceText[choices];
        for (var i = 0; i < choices; i++)
        {
            texts[i] = new ChoiceText();
        }

        await foreach (var update in updates.WithCancellation(cancellationToken))
        {
            texts[update.Choice].Add(update);
        }

        return texts;
    }

    /// <summary>Sends what <paramref name="write"/> puts into the writer.</summary>
    public static async ValueTask<GatewayOutcome> SendAsync(GatewayCall call, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, AnswerJson.Options))
        {
            write(json);
        }

        var output = call.Sink.Commit(new AnswerHead(200, "application/json") { ContentLength = body.WrittenCount });
        await output.WriteAsync(body.WrittenMemory, cancellationToken);
        return GatewayOutcome.Answered;
    }
}
