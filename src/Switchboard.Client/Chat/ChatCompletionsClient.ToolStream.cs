using System.Runtime.CompilerServices;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

public sealed partial class ChatCompletionsClient
{
    /// <summary>The tool loop as a stream: the chunks of each answer while they come, the tools run in between.</summary>
    /// <remarks>For the usage of each answer set <see cref="ChatCompletionRequest.StreamOptions"/> to include it. Results of tools are told to <see cref="ToolLoopOptions.AfterCall"/>.</remarks>
    /// <param name="request">The request; the set's tools are added to its own.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="loop">How calls are run, and how many; null for the defaults.</param>
    /// <param name="options">What each call of the API does otherwise than the client.</param>
    /// <param name="cancellationToken">Cancels the loop, and the tools that run.</param>
    /// <returns>The chunks; <see cref="ToolRunStream{TEvent, TRun}.Run"/> has the answer at the end.</returns>
    /// <exception cref="ArgumentException">The request asks for several choices or has a tool that is not in the set, or a tool needs approval that nobody gives.</exception>
    public ToolRunStream<ChatCompletionChunk, ChatToolRun> RunToolsStreamingAsync(
        ChatCompletionRequest request, ToolSet tools, ToolLoopOptions? loop = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var dialogue = new ChatToolDialogue(request, tools, loop);
        return new((finish, token) => ReadAsync(dialogue, options, finish, token), cancellationToken);
    }

    private async IAsyncEnumerable<ChatCompletionChunk> ReadAsync(
        ChatToolDialogue dialogue, CallOptions? options, Action<ChatToolRun> finish, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ChatCompletionAccumulator answer;
        do
        {
            answer = new ChatCompletionAccumulator();
            await foreach (var chunk in StreamAsync(dialogue.Next(), options, cancellationToken).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                answer.Add(chunk);
                yield return chunk;
            }
        }
        while (await dialogue.TakeAsync(answer.GetFinal(), cancellationToken).ConfigureAwait(false));
        finish(dialogue.ToRun());
    }
}
