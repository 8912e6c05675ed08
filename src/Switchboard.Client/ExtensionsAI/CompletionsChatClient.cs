using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Wire = Switchboard.Protocol.Chat;

namespace Switchboard.Client.ExtensionsAI;

/// <summary><see cref="IChatClient"/> over chat completions.</summary>
internal sealed class CompletionsChatClient(SwitchboardClient client, string model) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(client.Transport.Endpoint.ProviderName, client.BaseUrl, model);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = CompletionsRequests.Of(this, messages, options, model);
        var completion = await client.Chat.Completions.CreateAsync(request, ExtrasOf(options), cancellationToken).ConfigureAwait(false);
        return CompletionsAnswers.ToResponse(completion, request.Audio?.Format.Value);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = CompletionsRequests.Of(this, messages, options, model);

        // Without it streams tell no usage, and everything that is built on the interface counts on usage.
        request = request with { StreamOptions = request.StreamOptions ?? new Wire.ChatStreamOptions { IncludeUsage = true } };
        var updates = new CompletionsUpdates(request.Audio?.Format.Value);
        await foreach (var chunk in client.Chat.Completions.StreamAsync(request, ExtrasOf(options), cancellationToken).ConfigureAwait(false))
        {
            yield return updates.Of(chunk);
        }

        if (updates.Rest() is { } rest)
        {
            yield return rest;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => Services.Find(serviceType, serviceKey, this, _metadata, client);

    public void Dispose()
    {
        // The client is its owner's.
    }

    // Not of the API, but of many servers that speak it.
    private static CallOptions? ExtrasOf(ChatOptions? options) => ExtraMembers.Of(options?.AdditionalProperties, ("top_k", options?.TopK is { } topK ? ExtraMembers.ToJson(topK) : (Switchboard.Protocol.Json.RawJson?)null));
}
