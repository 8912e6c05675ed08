using System.Collections.Immutable;
using System.Text.Json;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Responses;
using Switchboard.Gateway.Translation.Responses.Requests;

namespace Switchboard.Gateway.Responses;

/// <summary>The calls for conversations that the gateway keeps.</summary>
internal sealed class StoredConversations(IConversationRecords records, TimeProvider time)
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

        if (path is not [var name, .. var rest])
        {
            return (default, Unknown(call));
        }

        if (ConversationIds.OfOpenAI(name) is not { } id)
        {
            return (default, StoredCalls.NoConversation(name));
        }

        var tenant = StoredCalls.TenantOf(call);
        return (call.Method == HttpMethod.Delete, rest) switch
        {
            (true, []) => await records.DeleteAsync(tenant, id, cancellationToken) ? (StoredJson.Deleted(name, "conversation.deleted"), null) : (default, StoredCalls.NoConversation(name)),
            (true, ["items", var item]) => await RemoveAsync(tenant, name, id, item, cancellationToken),
            (false, []) => await records.ReadAsync(tenant, id, 0, cancellationToken) is { } found ? (StoredJson.Of(found.Conversation), null) : (default, StoredCalls.NoConversation(name)),
            (false, ["items"]) => await ListAsync(call, name, id, cancellationToken),
            (false, ["items", var item]) => await records.FindItemAsync(tenant, id, item, cancellationToken) is { } found ? (found.Json, null) : (default, await MissingAsync(tenant, name, id, item, cancellationToken)),
            _ => (default, Unknown(call)),
        };
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> ChangeAsync(GatewayCall call, string[] path, JsonElement body, CancellationToken cancellationToken)
    {
        try
        {
            return path switch
            {
                [] => await CreateAsync(StoredCalls.TenantOf(call), body, cancellationToken),
                [var name] => await UpdateAsync(StoredCalls.TenantOf(call), name, body, cancellationToken),
                [var name, "items"] => await AddAsync(StoredCalls.TenantOf(call), name, body, cancellationToken),
                _ => (default, Unknown(call)),
            };
        }
        catch (InvalidOperationException)
        {
            return (default, GatewayError.InvalidRequest("The body holds text that escapes half a character (a lone surrogate).", null, RequestFaults.InvalidValue));
        }
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> ListAsync(GatewayCall call, string name, string id, CancellationToken cancellationToken)
    {
        var (query, error) = ItemPage.Read(call);
        if (query is null)
        {
            return (default, error);
        }

        var tenant = StoredCalls.TenantOf(call);
        return await records.ListItemsAsync(tenant, id, query, cancellationToken) is { } page
            ? (StoredJson.List([.. page.Data.Select(item => new StoredItem(item.Id, item.Json))], page.HasMore), null)
            : (default, await records.ReadAsync(tenant, id, 0, cancellationToken) is null ? StoredCalls.NoConversation(name) : ItemPage.NothingAfter(query));
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> CreateAsync(string tenant, JsonElement body, CancellationToken cancellationToken)
    {
        var id = ConversationIds.New();
        if (ReadMetadata(body, out var metadata) is { } unfit)
        {
            return (default, unfit);
        }

        if (ReadItems(body, ConversationIds.ToOpenAI(id), out var items) is { } error)
        {
            return (default, error);
        }

        var now = time.GetUtcNow();
        var conversation = new Conversation(tenant, id) { CreatedAt = now, UpdatedAt = now, Metadata = metadata };
        await records.CreateAsync(conversation, items.IsEmpty ? null : Turn(tenant, id, items), cancellationToken);
        return (StoredJson.Of(conversation), null);
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> UpdateAsync(string tenant, string name, JsonElement body, CancellationToken cancellationToken) =>
        !body.TryGetProperty("metadata"u8, out _) ? (default, RequestFaults.Missing("metadata", "an object"))
        : ReadMetadata(body, out var metadata) is { } error ? (default, error)
        : ConversationIds.OfOpenAI(name) is { } id && await records.ChangeAsync(tenant, id, conversation => conversation with { Metadata = metadata }, cancellationToken) is { } changed ? (StoredJson.Of(changed), null)
        : (default, StoredCalls.NoConversation(name));

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> AddAsync(string tenant, string name, JsonElement body, CancellationToken cancellationToken)
    {
        if (body.Find("items"u8) is null)
        {
            return (default, RequestFaults.Missing("items", "an array of items"));
        }

        return ReadItems(body, name, out var items) is { } error ? (default, error)
            : ConversationIds.OfOpenAI(name) is { } id && await records.AddAsync(Turn(tenant, id, items), cancellationToken) ? (StoredJson.List(items, hasMore: false), null)
            : (default, StoredCalls.NoConversation(name));
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> RemoveAsync(string tenant, string name, string id, string item, CancellationToken cancellationToken)
    {
        var wasThere = await records.DeleteItemAsync(tenant, id, item, cancellationToken);
        return await records.ReadAsync(tenant, id, 0, cancellationToken) is not { } found ? (default, StoredCalls.NoConversation(name))
            : wasThere ? (StoredJson.Of(found.Conversation), null)
            : (default, NoItem(item));
    }

    private async ValueTask<GatewayError> MissingAsync(string tenant, string name, string id, string item, CancellationToken cancellationToken) =>
        await records.ReadAsync(tenant, id, 0, cancellationToken) is null ? StoredCalls.NoConversation(name) : NoItem(item);

    private static ConversationTurn Turn(string tenant, string id, ImmutableArray<StoredItem> items) =>
        new(tenant, id, [.. items.Select(item => new ConversationItem(item.Id, item.Json))]);

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
