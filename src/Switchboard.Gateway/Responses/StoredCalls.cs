using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Responses;

/// <summary>The calls for responses and conversations that the gateway keeps.</summary>
internal sealed class StoredCalls(ProviderServices services)
{
    private const string Responses = "responses";
    private const string Conversations = "conversations";

    private readonly IResponseStore _store = services.Responses;
    private readonly StoredConversations _conversations = new(services.Conversations, services.TimeProvider);

    /// <summary>True for a call about a response or a conversation.</summary>
    public static bool IsOne(GatewayCall call) => call.Path.StartsWith($"{Responses}/", StringComparison.Ordinal) || IsOfConversations(call);

    /// <summary>True for a call about conversations.</summary>
    public static bool IsOfConversations(GatewayCall call) => SegmentsOf(call)[0] == Conversations;

    /// <summary>True for a call that makes a conversation.</summary>
    public static bool IsNewConversation(GatewayCall call) => call.Method == HttpMethod.Post && SegmentsOf(call) is [Conversations];

    /// <summary>The id of the response or the conversation; empty where the path has none.</summary>
    public static string IdOf(GatewayCall call) => SegmentsOf(call) is [_, var id, ..] ? id : "";

    /// <summary>404: there is no such response.</summary>
    public static GatewayError NoResponse(string id) => NotFound($"Response with id '{RequestFaults.Shorten(id)}' not found.");

    /// <summary>404: there is no such conversation.</summary>
    public static GatewayError NoConversation(string id) => NotFound($"Conversation with id '{RequestFaults.Shorten(id)}' not found.");

    /// <summary>Whose the responses and conversations of a call are.</summary>
    public static string TenantOf(GatewayCall call) => ConversationService.TenantOf(call.Caller);

    /// <summary>Answers a call.</summary>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var (answer, error) = await FindAnswerAsync(call, cancellationToken);
        if (error is not null)
        {
            return GatewayOutcome.Failed(error);
        }

        var output = call.Sink.Commit(new AnswerHead(200, "application/json") { ContentLength = answer.Length });
        var flush = await output.WriteAsync(answer, cancellationToken);
        return flush.IsCompleted ? GatewayOutcome.CallerLeft : GatewayOutcome.Answered;
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> FindAnswerAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        try
        {
            return SegmentsOf(call) switch
            {
                [Responses, var id] when call.Method == HttpMethod.Get => await GetAsync(call, id, cancellationToken),
                [Responses, var id] when call.Method == HttpMethod.Delete => await DeleteAsync(call, id, cancellationToken),
                [Responses, var id, "input_items"] when call.Method == HttpMethod.Get => await ListAsync(call, id, cancellationToken),
                [Responses, var id, "cancel"] => await CancelAsync(call, id, cancellationToken),
                [Conversations, .. var rest] => await _conversations.AnswerAsync(call, rest, cancellationToken),
                _ => (default, NotFound($"The gateway does not have {call.Method} /{call.Path} for responses that it keeps.")),
            };
        }
        catch (RecordsUnavailableException)
        {
            return (default, RecordsErrors.Unavailable);
        }
    }

    private static string[] SegmentsOf(GatewayCall call)
    {
        var query = call.Path.IndexOf('?', StringComparison.Ordinal);
        return (query < 0 ? call.Path : call.Path[..query]).Split('/');
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> GetAsync(GatewayCall call, string id, CancellationToken cancellationToken)
    {
        if (QueryText.Find(call.Path, "stream") == "true")
        {
            return (default, GatewayError.InvalidRequest("Only a response that was made in the background can be streamed again, and the gateway makes none.", "stream", "unsupported_value"));
        }

        return await _store.FindAsync(TenantOf(call), id, cancellationToken) is { } response ? (response.Json, null) : (default, NoResponse(id));
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> DeleteAsync(GatewayCall call, string id, CancellationToken cancellationToken) =>
        await _store.DeleteAsync(TenantOf(call), id, cancellationToken) ? (StoredJson.Deleted(id, "response.deleted"), null) : (default, NoResponse(id));

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> CancelAsync(GatewayCall call, string id, CancellationToken cancellationToken) =>
        (default, await _store.FindAsync(TenantOf(call), id, cancellationToken) is null
            ? NoResponse(id)
            : GatewayError.InvalidRequest("Only a response that is made in the background can be cancelled.", null, RequestFaults.InvalidValue));

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> ListAsync(GatewayCall call, string id, CancellationToken cancellationToken)
    {
        if (await _store.FindAsync(TenantOf(call), id, cancellationToken) is not { } response)
        {
            return (default, NoResponse(id));
        }

        var (items, error) = await new ResponseHistory(services, TenantOf(call)).ReadInputAsync(response, cancellationToken);
        return error is null ? ItemPage.Of(call, items) : (default, error);
    }

    internal static GatewayError NotFound(string message) => new(404, new ErrorBody(message, ErrorTypes.InvalidRequest));
}
