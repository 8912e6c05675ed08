using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Translation.Responses;

namespace Switchboard.Gateway.Responses;

/// <summary>What a request goes on from, and what it brings.</summary>
/// <param name="Key">The part of the response's id that cannot be guessed.</param>
/// <param name="History">The items that went before, the oldest first.</param>
/// <param name="Input">The request's own items.</param>
internal sealed partial record ResponseTurn(string Key, ImmutableArray<StoredItem> History, ImmutableArray<StoredItem> Input)
{
    /// <summary>The response that it goes on from; null for none.</summary>
    public string? PreviousId { get; init; }

    /// <summary>The conversation that it belongs to; null for none.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The member of the request that the most of it comes from.</summary>
    public string Place => ConversationId is not null ? "conversation" : PreviousId is not null ? "previous_response_id" : "input";

    /// <summary>The response shall be kept.</summary>
    public bool IsKept { get; init; }

    /// <summary>How many bytes its items have.</summary>
    public int Length => (int)Math.Min(History.Concat(Input).Sum(item => (long)item.Json.Length), int.MaxValue);

    /// <summary>Keeps what was answered.</summary>
    /// <param name="services">Where.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="answer">What was answered.</param>
    /// <exception cref="RecordsException">It could not be added to its conversation.</exception>
    public async ValueTask SaveAsync(ProviderServices services, string tenant, KeptResponse answer)
    {
        if (ConversationId is not null && ConversationIds.OfOpenAI(ConversationId) is { } id)
        {
            // One that was deleted meanwhile stays so.
            var items = Input.Concat(answer.Output).Select(item => new ConversationItem(item.Id, item.Json));
            await services.Conversations.AddAsync(new ConversationTurn(tenant, id, [.. items]), CancellationToken.None);
        }

        if (IsKept)
        {
            var response = new StoredResponse(ResponseIds.OfResponse(Key), answer.Json, Input, answer.Output)
            {
                PreviousId = PreviousId,
                ConversationId = ConversationId,
            };
            await PutAsync(services, tenant, response);
        }
    }

    // What is kept of responses may go at any time, and the answer is whole without: it is not taken from its caller.
    private static async ValueTask PutAsync(ProviderServices services, string tenant, StoredResponse response)
    {
        try
        {
            await services.Responses.PutAsync(tenant, response, CancellationToken.None);
        }
        catch (RecordsException fault)
        {
            Log.NotKept(services.LoggerFactory.CreateLogger<ResponseTurn>(), fault, response.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1702, LogLevel.Warning, "The response {Id} was answered and could not be kept: nothing can go on from it.")]
        public static partial void NotKept(ILogger logger, Exception exception, string id);
    }
}
