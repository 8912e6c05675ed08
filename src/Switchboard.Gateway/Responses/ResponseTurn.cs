using System.Buffers;
using System.Collections.Immutable;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Translation.Responses;
using Switchboard.Gateway.Translation.Responses.Output;

namespace Switchboard.Gateway.Responses;

/// <summary>What a request goes on from, and what it brings.</summary>
/// <param name="Key">The part of the response's id that cannot be guessed.</param>
/// <param name="History">The items that went before, the oldest first.</param>
/// <param name="Input">The request's own items.</param>
internal sealed record ResponseTurn(string Key, ImmutableArray<StoredItem> History, ImmutableArray<StoredItem> Input)
{
    /// <summary>The response that it goes on from; null for none.</summary>
    public string? PreviousId { get; init; }

    /// <summary>The conversation that it belongs to; null for none.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The response shall be kept.</summary>
    public bool IsKept { get; init; }

    /// <summary>How many bytes its items have.</summary>
    public int Length => (int)Math.Min(History.Concat(Input).Sum(item => (long)item.Json.Length), int.MaxValue);

    /// <summary>Keeps what was answered, before the caller sees the end of it. Whether the caller has left does not matter any more.</summary>
    /// <param name="services">Where.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="answer">What was answered.</param>
    public async ValueTask SaveAsync(ProviderServices services, string tenant, ResponseAnswer answer)
    {
        if (!IsKept && ConversationId is null)
        {
            return;
        }

        ImmutableArray<StoredItem> output = [.. answer.Items.Select(item => new StoredItem(item.Name, Json(buffer => item.WriteTo(buffer, includesEncrypted: true))))];
        if (IsKept)
        {
            var response = new StoredResponse(ResponseIds.OfResponse(Key), Json(answer.WriteTo), Input, output)
            {
                PreviousId = PreviousId,
                ConversationId = ConversationId,
            };
            await services.Responses.PutAsync(tenant, response, CancellationToken.None);
        }

        if (ConversationId is not null && ConversationIds.OfOpenAI(ConversationId) is { } id)
        {
            // One that was deleted meanwhile stays so.
            var items = Input.Concat(output).Select(item => new ConversationItem(item.Id, item.Json));
            await services.Conversations.AddAsync(new ConversationTurn(tenant, id, [.. items]), CancellationToken.None);
        }
    }

    private static ReadOnlyMemory<byte> Json(Action<ArrayBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        write(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
