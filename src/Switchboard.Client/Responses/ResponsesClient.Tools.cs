using Switchboard.Client.Tools;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

public sealed partial class ResponsesClient
{
    /// <summary>Asks, runs the tools that the model calls and tells it their results, until it answers without a call.</summary>
    /// <remarks>
    /// Where responses are stored, each request refers to the one before; with <see cref="ResponseRequest.Store"/> false the whole conversation
    /// is sent again. For models that reason then include <see cref="ResponseInclude.ReasoningEncryptedContent"/>, else their reasoning is lost between rounds.
    /// Tools that the server runs (web search, MCP) may stand in the request; approvals of MCP end the loop and are left to the caller.
    /// </remarks>
    /// <param name="request">The request; the set's tools are added to its own. A <see cref="ResponseRequest.ToolChoice"/> that forces a call holds for the first round.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="loop">How calls are run, and how many; null for the defaults.</param>
    /// <param name="options">What each call of the API does otherwise than the client.</param>
    /// <param name="cancellationToken">Cancels the loop, and the tools that run.</param>
    /// <returns>The answer and how it came about; <see cref="ResponseToolRun.End"/> says whether a limit ended it.</returns>
    /// <exception cref="ArgumentException">The request has a function that is not in the set, or a tool needs approval that nobody gives.</exception>
    /// <exception cref="ApiException">A call of the API failed.</exception>
    public Task<ResponseToolRun> RunToolsAsync(
        ResponseRequest request, ToolSet tools, ToolLoopOptions? loop = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var dialogue = new ResponseToolDialogue(request, tools, loop);
        return RunAsync();

        async Task<ResponseToolRun> RunAsync()
        {
            Response response;
            do
            {
                response = await CreateAsync(dialogue.Next(), options, cancellationToken).ConfigureAwait(false);
            }
            while (await dialogue.TakeAsync(response, cancellationToken).ConfigureAwait(false));
            return dialogue.ToRun();
        }
    }
}
