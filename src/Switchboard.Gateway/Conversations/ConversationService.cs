using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Routing;
using Switchboard.Gateway.State;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.Conversations;

/// <summary>
/// Conversations whose history the gateway keeps: a turn reads it, is answered by a chat call, and is added to it, whole
/// or not at all. One turn of a conversation runs at a time. Safe to use from all calls at once.
/// </summary>
public sealed partial class ConversationService
{
    // What is shown of a conversation that nobody gave a name.
    private const int LongestTitle = 60;

    private readonly IConversationRecords _records;
    private readonly TurnGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>The service over a place where conversations are kept.</summary>
    public ConversationService(IConversationRecords records, ISharedState shared, TimeProvider time, ILogger<ConversationService> logger)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_records, _gate, _time, _logger) = (records, new TurnGate(shared, time), time, logger);
    }

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>How many turns run or wait.</summary>
    internal int Waiting => _gate.Turns;

    /// <summary>Begins a turn: waits for those before it, reads what was said, and makes the chat request.</summary>
    /// <param name="request">What is said.</param>
    /// <param name="caller">Who says it.</param>
    /// <param name="settings">How conversations are gone on with.</param>
    /// <param name="models">What answers now.</param>
    /// <param name="policy">How requests are read.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>The turn, to be disposed; or why there is none.</returns>
    public async ValueTask<(OpenTurn? Turn, GatewayError? Error)> BeginAsync(
        TurnRequest request, Caller caller, ConversationSettings settings, ModelCatalog models, RequestPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(policy);
        var tenant = TenantOf(caller);
        var id = request.ConversationId ?? ConversationIds.New();
        if (await _gate.EnterAsync($"{tenant}/{id}", settings.MaxWait, cancellationToken) is not { } place)
        {
            return (null, ConversationErrors.Busy);
        }

        OpenTurn? turn = null;
        try
        {
            var found = request.ConversationId is null ? null : await FindAsync(tenant, id, settings.MaxTurns, settings, cancellationToken);
            var conversation = found?.Conversation ?? new Conversation(tenant, id) { CreatedAt = Now, UpdatedAt = Now, Title = TitleOf(request.Message) };
            var (model, window, error) = await ChooseAsync(request, conversation, caller, settings, models, policy, cancellationToken);
            if (error is not null)
            {
                return (null, error);
            }

            var history = ConversationTrim.Keep(found?.Items ?? [], settings.MaxTurns, settings.MaxTokens ?? window / 3);
            (var prompt, error) = TurnPrompt.Write(request, model, request.SystemPrompt ?? conversation.SystemPrompt ?? settings.SystemPrompt, history, policy);
            turn = prompt is null ? null : new OpenTurn(this, place, request, conversation, isNew: found is null, prompt);
            return (turn, error);
        }
        finally
        {
            if (turn is null)
            {
                await place.DisposeAsync();
            }
        }
    }

    /// <summary>A conversation with its last turns; null where there is none, or it is older than conversations may be.</summary>
    public async ValueTask<ConversationHistory?> FindAsync(string tenant, string id, int turns, ConversationSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var found = await _records.ReadAsync(tenant, id, turns, cancellationToken);
        if (found is not null && settings.Ttl is { } ttl && found.Conversation.UpdatedAt < Now - ttl)
        {
            // Whoever comes by clears it away: what is begun under this id now is new.
            await _records.DeleteAsync(tenant, id, cancellationToken);
            found = null;
        }

        return found;
    }

    /// <summary>A page of a tenant's conversations; null where the one after which it shall begin is not there.</summary>
    public Task<RecordsPage<Conversation>?> ListAsync(string tenant, RecordsQuery query, CancellationToken cancellationToken) =>
        _records.ListAsync(tenant, query, cancellationToken);

    /// <summary>Whom the conversations of a caller belong to.</summary>
    public static string TenantOf(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.Tenant ?? "";
    }

    /// <summary>Keeps a turn that was answered. It is not given up when its caller leaves: it was paid for.</summary>
    internal async ValueTask<GatewayError?> KeepAsync(Conversation conversation, ConversationTurn turn, bool isNew)
    {
        try
        {
            var isKept = isNew
                ? await _records.CreateAsync(conversation with { UpdatedAt = Now }, turn, CancellationToken.None)
                : await _records.AddAsync(turn, CancellationToken.None);
            return isKept ? null : ConversationErrors.Changed;
        }
        catch (RecordsException exception)
        {
            Log.NotKept(_logger, exception);
            return RecordsErrors.Unavailable;
        }
    }

    // Of several texts the first line, cut between characters.
    internal static string TitleOf(string message)
    {
        var line = message.AsSpan().Trim();
        line = line[..(line.IndexOfAny('\r', '\n') is >= 0 and var end ? end : line.Length)].TrimEnd();
        var (length, count) = (0, 0);
        foreach (var rune in line.EnumerateRunes())
        {
            if (++count > LongestTitle)
            {
                return string.Concat(line[..length], "…");
            }

            length += rune.Utf16SequenceLength;
        }

        return line.ToString();
    }

    private static async ValueTask<(string? Model, int? Window, GatewayError? Error)> ChooseAsync(
        TurnRequest request, Conversation conversation, Caller caller, ConversationSettings settings, ModelCatalog models, RequestPolicy policy, CancellationToken cancellationToken)
    {
        var model = request.Model ?? conversation.Model ?? settings.Model ?? policy.DefaultModel;
        if (model is not null && settings.MaxTokens is not null)
        {
            return (model, null, null);
        }

        var listed = await models.ListAsync(caller, cancellationToken);
        var known = model is null ? listed.FirstOrDefault(CanChat) : listed.FirstOrDefault(one => one.Id == model);
        return model is null && known is null
            ? (null, null, ConversationErrors.NoModel)
            : (model ?? known!.Id, known?.ContextLength ?? known?.Facts?.ContextWindow, null);
    }

    // Of a model that nobody knows anything of it is found out by asking.
    private static bool CanChat(ModelDescription model) => model.Facts?.Capabilities is not { } capabilities || capabilities.HasFlag(ModelCapabilities.Chat);

    private static partial class Log
    {
        [LoggerMessage(1700, LogLevel.Error, "A turn that was answered could not be kept; its caller was told so.")]
        public static partial void NotKept(ILogger logger, Exception exception);
    }
}
