using Switchboard.Client;
using Switchboard.Client.Chat;
using Switchboard.Protocol.Chat;

namespace Switchboard.Samples;

/// <summary>An answer while it is written. Leaving the loop closes the connection, and the server stops.</summary>
internal static class StreamSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var request = new ChatCompletionRequest([new UserMessage("Tell a story of three sentences.")], Models.Chat)
        {
            StreamOptions = new ChatStreamOptions { IncludeUsage = true },
        };

        // Chunks would do for the text alone; events tell also what is whole, and end with what an unstreamed call gives.
        await foreach (var happened in client.Chat.Completions.StreamAsync(request, cancellationToken: cancellationToken).AccumulateAsync(cancellationToken: cancellationToken))
        {
            switch (happened)
            {
                case ChatContentDelta text:
                    await output.WriteAsync(text.Delta);
                    break;
                case ChatCompletionDone done:
                    await output.WriteLineAsync();
                    await output.WriteLineAsync($"{done.Completion.FinishReason}, {done.Completion.Usage?.CompletionTokens} tokens");
                    break;
            }
        }
    }
}
