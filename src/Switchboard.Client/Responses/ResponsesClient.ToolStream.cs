using System.Runtime.CompilerServices;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

public sealed partial class ResponsesClient
{
    /// <summary>The tool loop as a stream: the events of each response while they come, the tools run in between.</summary>
    /// <remarks>Results of tools are told to <see cref="ToolLoopOptions.AfterCall"/>.</remarks>
    /// <param name="request">The request; the set's tools are added to its own.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="loop">How calls are run, and how many; null for the defaults.</param>
    /// <param name="options">What each call of the API does otherwise than the client.</param>
    /// <param name="cancellationToken">Cancels the loop, and the tools that run.</param>
    /// <returns>The events; <see cref="ToolRunStream{TEvent, TRun}.Run"/> has the answer at the end.</returns>
    /// <exception cref="ArgumentException">The request has a function that is not in the set, or a tool needs approval that nobody gives.</exception>
    public ToolRunStream<ResponseStreamEvent, ResponseToolRun> RunToolsStreamingAsync(
        ResponseRequest request, ToolSet tools, ToolLoopOptions? loop = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var dialogue = new ResponseToolDialogue(request, tools, loop);
        return new((finish, token) => ReadAsync(dialogue, options, finish, token), cancellationToken);
    }

    private async IAsyncEnumerable<ResponseStreamEvent> ReadAsync(
        ResponseToolDialogue dialogue, CallOptions? options, Action<ResponseToolRun> finish, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ResponseAccumulator answer;
        do
        {
            answer = new ResponseAccumulator();
            await foreach (var item in StreamAsync(dialogue.Next(), options, cancellationToken).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                answer.Add(item);
                yield return item;
            }
        }
        while (await dialogue.TakeAsync(answer.GetFinal(), cancellationToken).ConfigureAwait(false));
        finish(dialogue.ToRun());
    }
}
