using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Responses;
using Switchboard.Gateway.Translation.Responses.Requests;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Responses;

/// <summary>Finds what a request goes on from: the responses before it, its conversation, the items that it names.</summary>
/// <param name="services">Where it is kept.</param>
/// <param name="tenant">Whose it is.</param>
internal sealed class ResponseHistory(ProviderServices services, string tenant)
{
    private readonly IResponseStore _store = services.Responses;
    private readonly IConversationRecords _conversations = services.Conversations;

    /// <summary>Finds it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isNative">Its provider keeps items of its own, which it finds itself.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>An error where something of it is not there.</returns>
    public async ValueTask<(ResponseTurn? Turn, GatewayError? Error)> ReadAsync(ResponsesRequestView request, bool isNative, CancellationToken cancellationToken)
    {
        if (CheckTypes(request.Root) is { } unfit)
        {
            return (null, unfit);
        }

        var key = ResponseIds.NewKey();
        var previousId = request.Root.Text("previous_response_id"u8);
        var conversation = request.Root.Find("conversation"u8);
        var conversationId = conversation is { ValueKind: JsonValueKind.String } id ? id.GetString() : conversation?.Text("id"u8);
        var (history, error) = previousId is not null ? await ReadChainAsync(previousId, cancellationToken)
            : conversation is not null ? await ReadConversationAsync(conversationId ?? "", cancellationToken)
            : ([], null);
        if (error is not null)
        {
            return (null, error);
        }

        (var input, error) = await ReadInputAsync(request.Root, key, history, isNative, cancellationToken);
        return error is not null ? (null, error) : (new ResponseTurn(key, history, input)
        {
            PreviousId = previousId,
            ConversationId = conversationId,
            IsKept = request.Store,
        }, null);
    }

    /// <summary>All that a kept response answers, the oldest first: the items before it, and those of its request.</summary>
    public async ValueTask<(ImmutableArray<StoredItem> Items, GatewayError? Error)> ReadInputAsync(StoredResponse response, CancellationToken cancellationToken)
    {
        var (history, error) = response.PreviousId is { } previous ? await ReadChainAsync(previous, cancellationToken) : ([], null);
        return (error is null ? history.AddRange(response.Input) : [], error);
    }

    private async ValueTask<(ImmutableArray<StoredItem> Items, GatewayError? Error)> ReadChainAsync(string last, CancellationToken cancellationToken)
    {
        var chain = new List<StoredResponse>();
        for (var id = last; id is not null; id = chain[^1].PreviousId)
        {
            if (await _store.FindAsync(tenant, id, cancellationToken) is not { } response)
            {
                return ([], NoPrevious(last, id));
            }

            if (response.ConversationId is not null)
            {
                return ([], GatewayError.InvalidRequest($"The response '{RequestFaults.Shorten(id)}' belongs to a conversation; go on with 'conversation'.", "previous_response_id", RequestFaults.InvalidValue));
            }

            chain.Add(response);
        }

        chain.Reverse();
        return ([.. chain.SelectMany(response => response.Input.Concat(response.Output))], null);
    }

    private async ValueTask<(ImmutableArray<StoredItem> Items, GatewayError? Error)> ReadConversationAsync(string name, CancellationToken cancellationToken) =>
        ConversationIds.OfOpenAI(name) is { } id && await _conversations.ReadAsync(tenant, id, int.MaxValue, cancellationToken) is { } conversation
            ? ([.. conversation.Items.Select(item => new StoredItem(item.Id, item.Json))], null)
            : ([], StoredCalls.NoConversation(name));

    private async ValueTask<(ImmutableArray<StoredItem> Items, GatewayError? Error)> ReadInputAsync(JsonElement root, string key, ImmutableArray<StoredItem> history, bool isNative, CancellationToken cancellationToken)
    {
        if (root.Find("input"u8) is not { } input)
        {
            return history.IsEmpty && root.Find("prompt"u8) is null ? ([], RequestFaults.Missing("input", "a non-empty string or a non-empty array")) : ([], null);
        }

        var read = InputItems.Read(input, "input", (kind, index) => ResponseIds.OfInput(kind, key, index), out var error);
        var before = history.Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        var given = new HashSet<string>(StringComparer.Ordinal);
        var items = ImmutableArray.CreateBuilder<StoredItem>(read.Count);
        for (var i = 0; i < read.Count && error is null; i++)
        {
            // What the model reads already is not said again.
            if (!before.Contains(read[i].Id) || !(IsOurs(read[i]) || read[i].Type == InputItems.Reference))
            {
                error = IsOurs(read[i]) && !given.Add(read[i].Id) ? Twice(read[i].Id) : await AddAsync(read[i], i, items, isNative, cancellationToken);
            }
        }

        return (error is null ? items.ToImmutable() : [], error);
    }

    private async ValueTask<GatewayError?> AddAsync(ReadItem item, int index, ImmutableArray<StoredItem>.Builder items, bool isNative, CancellationToken cancellationToken)
    {
        var isReference = item.Type == InputItems.Reference;

        // A client may give back less of an item than it got: what its provider wants back is in the one that was kept.
        var kept = isReference || item.Type is "function_call" or "custom_tool_call" or "reasoning" ? await FindItemAsync(item.Id, cancellationToken) : null;
        if (kept is null && isReference && !(isNative && !IsOurs(item)))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"input[{index}].id");
            return new GatewayError(404, new ErrorBody(
                $"Item with id '{RequestFaults.Shorten(item.Id)}' not found. The gateway keeps the items of responses with 'store' on for some time; give the item itself instead.",
                ErrorTypes.InvalidRequest, path, null));
        }

        items.Add(kept ?? new StoredItem(item.Id, item.Json));
        return null;
    }

    private static bool IsOurs(in ReadItem item) => ResponseIds.OwnerOf(item.Id) is not null;

    private static GatewayError? CheckTypes(JsonElement root) =>
        root.Find("previous_response_id"u8) is { ValueKind: not JsonValueKind.String } ? GatewayError.InvalidRequest("'previous_response_id' must be a string.", "previous_response_id", RequestFaults.InvalidType)
        : root.Find("conversation"u8) is { ValueKind: not JsonValueKind.String } conversation && conversation.Text("id"u8) is null ? GatewayError.InvalidRequest("'conversation' must be an id, or an object with one.", "conversation", RequestFaults.InvalidType)
        : null;

    // As OpenAI has it; a kept item that is named over and over would be read as often.
    private static GatewayError Twice(string id) =>
        GatewayError.InvalidRequest($"The item with id '{RequestFaults.Shorten(id)}' is in the input twice; it must be there once.", "input", RequestFaults.InvalidValue);

    private async ValueTask<StoredItem?> FindItemAsync(string id, CancellationToken cancellationToken)
    {
        if (ResponseIds.OwnerOf(id) is not { } owner)
        {
            return null;
        }

        if (ConversationIds.OfOpenAI(owner) is { } conversation)
        {
            return await _conversations.FindItemAsync(tenant, conversation, id, cancellationToken) is { } item ? new StoredItem(item.Id, item.Json) : null;
        }

        IEnumerable<StoredItem> items = await _store.FindAsync(tenant, owner, cancellationToken) is { } response ? response.Input.Concat(response.Output) : [];
        return items.Where(item => item.Id == id).Select(item => (StoredItem?)item).FirstOrDefault();
    }

    private static GatewayError NoPrevious(string last, string missing)
    {
        var message = ResponseIds.IsOurs(last)
            ? last == missing ? $"Previous response with id '{RequestFaults.Shorten(last)}' not found. The gateway keeps responses with 'store' on for some time."
            : $"Previous response with id '{last}' goes on from '{missing}', which is not kept any more."
            : $"Previous response with id '{RequestFaults.Shorten(last)}' not found: it is no response of the gateway's own, and the provider of this model keeps none.";
        return GatewayError.InvalidRequest(message, "previous_response_id", "previous_response_not_found");
    }
}
