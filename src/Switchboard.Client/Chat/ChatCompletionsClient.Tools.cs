using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

public sealed partial class ChatCompletionsClient
{
    /// <summary>Asks, runs the tools that the model calls and tells it their results, until it answers without a call.</summary>
    /// <param name="request">The request; the set's tools are added to its own. A <see cref="ChatCompletionRequest.ToolChoice"/> that forces a call holds for the first round.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="loop">How calls are run, and how many; null for the defaults.</param>
    /// <param name="options">What each call of the API does otherwise than the client.</param>
    /// <param name="cancellationToken">Cancels the loop, and the tools that run.</param>
    /// <returns>The answer and how it came about; <see cref="ChatToolRun.End"/> says whether a limit ended it.</returns>
    /// <exception cref="ArgumentException">The request asks for several choices or has a tool that is not in the set, or a tool needs approval that nobody gives.</exception>
    /// <exception cref="ApiException">A call of the API failed.</exception>
    public Task<ChatToolRun> RunToolsAsync(
        ChatCompletionRequest request, ToolSet tools, ToolLoopOptions? loop = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var dialogue = new ChatToolDialogue(request, tools, loop);
        return RunAsync();

        async Task<ChatToolRun> RunAsync()
        {
            ChatCompletion completion;
            do
            {
                completion = await CreateAsync(dialogue.Next(), options, cancellationToken).ConfigureAwait(false);
            }
            while (await dialogue.TakeAsync(completion, cancellationToken).ConfigureAwait(false));
            return dialogue.ToRun();
        }
    }
}
