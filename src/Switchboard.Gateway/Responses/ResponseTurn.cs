using System.Buffers;
using System.Collections.Immutable;
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

    /// <summary>Keeps what was answered, before the caller sees the end of it.</summary>
    public async ValueTask SaveAsync(IResponseStore store, ResponseAnswer answer, CancellationToken cancellationToken)
    {
        if (!IsKept && ConversationId is null)
        {
            return;
        }

        ImmutableArray<StoredItem> output = [.. answer.Items.Select(item => new StoredItem(item.Name, Json(buffer => item.WriteTo(buffer, includesEncrypted: true))))];
        if (IsKept)
        {
            var id = ResponseIds.OfResponse(Key);
            var response = new StoredResponse(id, Json(answer.WriteTo), Input, output)
            {
                PreviousId = PreviousId,
                ConversationId = ConversationId,
            };
            await store.PutResponseAsync(response, cancellationToken);
        }

        if (ConversationId is not null)
        {
            await store.ChangeConversationAsync(ConversationId, conversation => conversation with { Items = conversation.Items.AddRange(Input).AddRange(output) }, cancellationToken);
        }
    }

    private static ReadOnlyMemory<byte> Json(Action<ArrayBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        write(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
