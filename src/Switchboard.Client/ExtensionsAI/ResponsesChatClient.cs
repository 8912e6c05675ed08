using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Switchboard.Client.Responses;

namespace Switchboard.Client.ExtensionsAI;

/// <summary><see cref="IChatClient"/> over the Responses API.</summary>
internal sealed class ResponsesChatClient(SwitchboardClient client, string model) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(client.Transport.Endpoint.ProviderName, client.BaseUrl, model);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (ResponseToken.Of(options) is { } token)
        {
            return ResponsesAnswers.ToResponse(await client.Responses.RetrieveAsync(token.ResponseId, cancellationToken: cancellationToken).ConfigureAwait(false));
        }

        var request = ResponsesRequests.Of(this, messages, options, model);
        return ResponsesAnswers.ToResponse(await client.Responses.CreateAsync(request, ExtraMembers.Of(options?.AdditionalProperties), cancellationToken).ConfigureAwait(false));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var events = ResponseToken.Of(options) is { } token
            ? client.Responses.StreamRetrieveAsync(token.ResponseId, new ResponseRetrieveQuery { StartingAfter = token.SequenceNumber }, cancellationToken: cancellationToken)
            : client.Responses.StreamAsync(ResponsesRequests.Of(this, messages, options, model), ExtraMembers.Of(options?.AdditionalProperties), cancellationToken);
        var updates = new ResponsesUpdates();
        await foreach (var told in events.ConfigureAwait(false))
        {
            yield return updates.Of(told);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => Services.Find(serviceType, serviceKey, this, _metadata, client);

    public void Dispose()
    {
        // The client is its owner's.
    }
}
