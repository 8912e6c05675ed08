using Switchboard.Protocol.Json;

namespace Switchboard.Client.Transport;

/// <summary>One call with all its attempts: the body made ready, the address, the limits.</summary>
internal sealed class ApiCall : IDisposable
{
    private static readonly RawJson s_true = RawJson.Parse("true"u8);
    private static readonly RawJson s_sse = RawJson.Parse("\"sse\""u8);

    /// <exception cref="ArgumentException">The call's options cannot work.</exception>
    public ApiCall(ApiRequest request, SwitchboardClientOptions client, ApiEndpoint endpoint, AnswerKind kind)
    {
        Request = request;
        Client = client;
        Endpoint = endpoint;
        Kind = kind;
        Timeout = Options.Timeout ?? client.Timeout;
        ClientEnvironment.Positive(Timeout, nameof(CallOptions.Timeout));
        MaxRetries = Options.MaxRetries ?? client.MaxRetries;
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRetries, nameof(CallOptions.MaxRetries));
        StartedAt = client.TimeProvider.GetTimestamp();
        Body = request.Body?.Prepare(MembersOf(request, Streams));
        try
        {
            Model = request.Model ?? (endpoint.NeedsModel(request.Operation) ? Body?.FindModel() : null);
            Address = AddressOf(request, client, endpoint);
        }
        catch
        {
            Body?.Dispose();
            throw;
        }
    }

    public ApiRequest Request { get; }

    public CallOptions Options => Request.Options;

    public SwitchboardClientOptions Client { get; }

    public ApiEndpoint Endpoint { get; }

    public PreparedBody? Body { get; }

    public Uri Address { get; }

    public string? Model { get; }

    /// <summary>What the answer is to be.</summary>
    public AnswerKind Kind { get; }

    /// <summary>The answer is to be a stream of events.</summary>
    public bool Streams => Kind == AnswerKind.Events;

    /// <summary>What opens the websocket that the call is for; null for every other call.</summary>
    public WebSocketHandshake? Handshake { get; init; }

    /// <summary>The media type that is asked for.</summary>
    public string Accept => Kind switch
    {
        AnswerKind.Events => "text/event-stream",
        AnswerKind.Content => "*/*",
        _ => "application/json",
    };

    public TimeSpan Timeout { get; }

    public int MaxRetries { get; }

    /// <summary>When the call began.</summary>
    public long StartedAt { get; }

    public TimeSpan Elapsed => Client.TimeProvider.GetElapsedTime(StartedAt);

    /// <summary>Who listens, if anyone.</summary>
    public CallTelemetry? Telemetry { get; set; }

    /// <summary>Its name in messages and logs: method and path, without ids or query.</summary>
    public string Name => $"{Request.Operation.Method} {Request.Operation.Path}";

    public void Dispose() => Body?.Dispose();

    /// <summary>What the body says besides what the request does; speech is asked for as a stream by its format.</summary>
    private static IReadOnlyDictionary<string, RawJson> MembersOf(ApiRequest request, bool streams)
    {
        var (name, value) = request.Operation.Id == "createSpeech" ? ("stream_format", s_sse) : ("stream", s_true);
        return streams ? new Dictionary<string, RawJson>(request.Options.ExtraBody, StringComparer.Ordinal) { [name] = value } : request.Options.ExtraBody;
    }

    private Uri AddressOf(ApiRequest request, SwitchboardClientOptions client, ApiEndpoint endpoint)
    {
        var address = endpoint.AddressOf(request, Model);
        if (request.Query is null && client.Query.Count == 0 && Options.Query.Count == 0)
        {
            return new Uri(address);
        }

        var query = new QueryString();
        query.AddAll(client.Query);
        query.AddAll(Options.Query);
        return new Uri(Join(Join(address, request.Query?.ToString() ?? ""), query.ToString()));
    }

    private static string Join(string address, string query) =>
        query.Length == 0 ? address : address.Contains('?', StringComparison.Ordinal) ? $"{address}&{query.AsSpan(1)}" : address + query;
}
