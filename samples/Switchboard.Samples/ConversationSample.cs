using Switchboard.Client;
using Switchboard.Client.Chat;
using Switchboard.Protocol.Chat;

namespace Switchboard.Samples;

/// <summary>A conversation that remembers. Its oldest turns are left out when there are too many; the system message stays.</summary>
internal static class ConversationSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var settings = new ChatCompletionRequest([new SystemMessage("You are a patient teacher. Be brief.")], Models.Chat);
        var chat = new ChatConversation(client.Chat.Completions, settings) { MaxTurns = 10 };

        foreach (var question in new[] { "What is a prime number?", "Is 91 one?", "Why not?" })
        {
            var answer = await chat.SendAsync(question, cancellationToken: cancellationToken);
            await output.WriteLineAsync($"> {question}");
            await output.WriteLineAsync(answer.Text);
        }
    }
}
