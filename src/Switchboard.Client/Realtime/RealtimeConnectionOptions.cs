using Switchboard.Client.Transport;
using Switchboard.Protocol.Operations;
using Switchboard.Protocol.Realtime;

namespace Switchboard.Client.Realtime;

/// <summary>Which session a <see cref="RealtimeConnection"/> is for, and how it is kept.</summary>
public sealed record RealtimeConnectionOptions
{
    private static readonly OpenAIOperation s_realtime = new("connect-realtime", "GET", "/realtime");
    private static readonly OpenAIOperation s_translation = new("connect-realtime-translation", "GET", "/realtime/translations");

    /// <summary>The model that speaks, such as <c>gpt-realtime</c>; with classic Azure deployments, the deployment. Null where the key (a client secret) or the call says it.</summary>
    public string? Model { get; init; }

    /// <summary>The call to listen in on and steer, made over WebRTC or SIP: the <c>call_id</c> of its creation or of its webhook.</summary>
    public string? CallId { get; init; }

    /// <summary>What the session is for, when it is no conversation: <c>transcription</c>.</summary>
    public string? Intent { get; init; }

    /// <summary>The session translates speech (<c>/realtime/translations</c>).</summary>
    public bool IsTranslation { get; init; }

    /// <summary>Headers, query, timeout and retries of the handshake.</summary>
    public CallOptions? Call { get; init; }

    /// <summary>Queues, limits, pings, reconnecting.</summary>
    public SocketOptions Socket { get; init; } = new();

    /// <summary>Asked before each attempt to connect again: it may change the options, say what to send first, or give up. A fault of it ends the connection.</summary>
    public Func<ReconnectContext<RealtimeConnectionOptions, RealtimeClientEvent>, CancellationToken, ValueTask>? Reconnecting { get; init; }

    /// <exception cref="ArgumentException">The options say nothing, or contradict themselves.</exception>
    internal ApiRequest ToRequest(ApiEndpoint endpoint, bool again)
    {
        if (CallId is not null && (Model is not null || IsTranslation || Intent is not null))
        {
            throw new ArgumentException($"{nameof(CallId)} goes alone: the call has its model already.");
        }

        if (IsTranslation && Intent is not null)
        {
            throw new ArgumentException($"{nameof(IsTranslation)} and {nameof(Intent)} exclude each other.");
        }

        Check(Model, nameof(Model));
        Check(CallId, nameof(CallId));
        Check(Intent, nameof(Intent));
        Socket.Validate();
        var query = new QueryString();
        var (name, value) = endpoint.ModelParameter(Model);
        query.Add(name, value);
        query.Add("call_id", CallId);
        query.Add("intent", Intent);
        var operation = IsTranslation ? s_translation : s_realtime;
        return new ApiRequest(operation, operation.Path, again ? (Call ?? new()) with { MaxRetries = 0 } : Call) { Query = query, Model = Model };
    }

    private static void Check(string? value, string name)
    {
        if (value is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
        }
    }
}
