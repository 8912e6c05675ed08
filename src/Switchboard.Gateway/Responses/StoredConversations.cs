using System.Collections.Immutable;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Responses;
using Switchboard.Gateway.Translation.Responses.Requests;

namespace Switchboard.Gateway.Responses;

/// <summary>The calls for conversations that the gateway keeps.</summary>
internal sealed class StoredConversations(IResponseStore store, TimeProvider time)
{
    /// <summary>What there is to say, or why not.</summary>
    /// <param name="call">The call.</param>
    /// <param name="path">Its path below <c>conversations</c>.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    public async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> AnswerAsync(GatewayCall call, string[] path, CancellationToken cancellationToken)
    {
        if (call.Method == HttpMethod.Post)
        {
            var (body, error) = await StoredBody.ReadAsync(call, cancellationToken);
            using (body)
            {
                return error is not null ? (default, error) : await ChangeAsync(call, path, body!.RootElement, cancellationToken);
            }
        }

        if (path is not [var conversationId, .. var rest])
        {
            return (default, Unknown(call));
        }

        if (call.Method == HttpMethod.Delete)
        {
            return rest switch
            {
                [] => await store.DeleteConversationAsync(conversationId, cancellationToken) ? (StoredJson.Deleted(conversationId, "conversation.deleted"), null) : (default, StoredCalls.NoConversation(conversationId)),
                ["items", var item] => await RemoveAsync(conversationId, item, cancellationToken),
                _ => (default, Unknown(call)),
            };
        }

        return await store.FindConversationAsync(conversationId, cancellationToken) is { } conversation
            ? Show(call, conversation, rest)
            : (default, StoredCalls.NoConversation(conversationId));
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> ChangeAsync(GatewayCall call, string[] path, JsonElement body, CancellationToken cancellationToken)
    {
        try
        {
            return path switch
            {
                [] => await CreateAsync(body, cancellationToken),
                [var id] => await UpdateAsync(id, body, cancellationToken),
                [var id, "items"] => await AddAsync(id, body, cancellationToken),
                _ => (default, Unknown(call)),
            };
        }
        catch (InvalidOperationException)
        {
            return (default, GatewayError.InvalidRequest("The body holds text that escapes half a character (a lone surrogate).", null, RequestFaults.InvalidValue));
        }
    }

    private static (ReadOnlyMemory<byte> Answer, GatewayError? Error) Show(GatewayCall call, StoredConversation conversation, string[] path) => path switch
    {
        [] => (StoredJson.Of(conversation), null),
        ["items"] => ItemPage.Of(call, conversation.Items).ToJson(),
        ["items", var id] => conversation.Items.Find(item => item.Id == id) is { Id: not null } item ? (item.Json, null) : (default, NoItem(id)),
        _ => (default, Unknown(call)),
    };

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> CreateAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var id = ResponseIds.NewConversation();
        if (ReadMetadata(body, out var metadata) is { } unfit)
        {
            return (default, unfit);
        }

        if (ReadItems(body, id, out var items) is { } error)
        {
            return (default, error);
        }

        var conversation = new StoredConversation(id, time.GetUtcNow(), metadata, [.. items]);
        await store.PutConversationAsync(conversation, cancellationToken);
        return (StoredJson.Of(conversation), null);
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> UpdateAsync(string id, JsonElement body, CancellationToken cancellationToken) =>
        !body.TryGetProperty("metadata"u8, out _) ? (default, RequestFaults.Missing("metadata", "an object"))
        : ReadMetadata(body, out var metadata) is { } error ? (default, error)
        : await store.ChangeConversationAsync(id, conversation => conversation with { Metadata = metadata }, cancellationToken) is { } changed ? (StoredJson.Of(changed), null)
        : (default, StoredCalls.NoConversation(id));

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> AddAsync(string id, JsonElement body, CancellationToken cancellationToken)
    {
        if (body.Find("items"u8) is null)
        {
            return (default, RequestFaults.Missing("items", "an array of items"));
        }

        return ReadItems(body, id, out var items) is { } error ? (default, error)
            : await store.ChangeConversationAsync(id, conversation => conversation with { Items = conversation.Items.AddRange(items) }, cancellationToken) is not null ? (StoredJson.List(items, hasMore: false), null)
            : (default, StoredCalls.NoConversation(id));
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> RemoveAsync(string id, string item, CancellationToken cancellationToken)
    {
        var wasThere = false;
        var changed = await store.ChangeConversationAsync(id, conversation =>
        {
            var items = conversation.Items.RemoveAll(kept => kept.Id == item);
            wasThere = items.Count < conversation.Items.Count;
            return conversation with { Items = items };
        }, cancellationToken);
        return changed is null ? (default, StoredCalls.NoConversation(id))
            : wasThere ? (StoredJson.Of(changed), null)
            : (default, NoItem(item));
    }

    private static GatewayError? ReadItems(JsonElement body, string conversation, out ImmutableArray<StoredItem> items)
    {
        items = [];
        if (body.Find("items"u8) is not { } list)
        {
            return null;
        }

        var read = InputItems.Read(list, "items", (kind, _) => ResponseIds.OfItem(kind, conversation), out var error);
        items = [.. read.Select(item => new StoredItem(item.Id, item.Json))];
        return error;
    }

    private static GatewayError? ReadMetadata(JsonElement body, out ReadOnlyMemory<byte> metadata)
    {
        var value = body.Find("metadata"u8);
        metadata = value is { } given ? given.Raw().ToArray() : "{}"u8.ToArray();
        return value is null or { ValueKind: JsonValueKind.Object } ? null : GatewayError.InvalidRequest("'metadata' must be an object.", "metadata", RequestFaults.InvalidType);
    }

    private static GatewayError NoItem(string id) => StoredCalls.NotFound($"Item with id '{RequestFaults.Shorten(id)}' not found.");

    private static GatewayError Unknown(GatewayCall call) => StoredCalls.NotFound($"The gateway does not have {call.Method} /{call.Path} for conversations that it keeps.");
}
