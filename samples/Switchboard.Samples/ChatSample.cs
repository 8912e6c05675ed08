using Switchboard.Client;
using Switchboard.Client.Chat;
using Switchboard.Protocol.Chat;

namespace Switchboard.Samples;

/// <summary>One question, one answer, and what the result tells besides.</summary>
internal static class ChatSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var request = new ChatCompletionRequest(
            [new SystemMessage("Answer in one sentence."), new UserMessage("Why is the sky blue?")], Models.Chat)
        {
            MaxCompletionTokens = 200,
        };

        var result = await client.Chat.Completions.CreateAsync(request, cancellationToken: cancellationToken);

        await output.WriteLineAsync(result.Value.Text);
        await output.WriteLineAsync($"{result.Value.Usage?.TotalTokens} tokens, request {result.RequestId}");
    }
}
