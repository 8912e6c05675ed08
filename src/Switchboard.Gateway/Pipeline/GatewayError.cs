using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Pipeline;

/// <summary>An expected failure, as a value: the HTTP status it becomes, and its body.</summary>
/// <param name="Status">HTTP status, 400 to 599.</param>
/// <param name="Body">What the caller reads.</param>
/// <param name="RetryAfter">When to come again; always set for 429, 503 and 529. <see cref="Never"/> where that would help nothing.</param>
public sealed record GatewayError(int Status, ErrorBody Body, TimeSpan? RetryAfter = null)
{
    /// <summary>The <see cref="RetryAfter"/> of what is refused for good.</summary>
    public static TimeSpan Never => TimeSpan.MaxValue;

    /// <summary>Further headers of the answer, already chosen for the caller: the provider's request id, its limits.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>499: the caller left before there was an answer. Nobody reads it; logs and metrics count it.</summary>
    public static GatewayError CallerLeft { get; } = new(499, new ErrorBody("The caller closed the connection.", ErrorTypes.Api, null, "client_closed_request"));

    /// <summary>400: the request is at fault.</summary>
    public static GatewayError InvalidRequest(string message, string? param = null, string? code = null) =>
        new(400, new ErrorBody(message, ErrorTypes.InvalidRequest, param, code));

    /// <summary>404: no provider has this model.</summary>
    public static GatewayError ModelNotFound(string model) =>
        new(404, new ErrorBody($"The model '{model}' does not exist or no provider offers it. GET /v1/models lists what answers now.", ErrorTypes.InvalidRequest, "model", "model_not_found"));

    /// <summary>The code of a provider that does not have the operation.</summary>
    internal const string UnsupportedOperation = "unsupported_operation";

    /// <summary>400: the provider does not count tokens, or not those of requests of this dialect.</summary>
    public static GatewayError NotCounted(string provider) =>
        InvalidRequest($"The provider '{provider}' does not count the tokens of such a request.", "model", UnsupportedOperation);

    /// <summary>True where the provider does not have what was asked for, whatever the request was.</summary>
    public bool IsUnsupported => Body.Code == UnsupportedOperation;

    /// <summary>502: the provider failed or gave an answer that is none.</summary>
    public static GatewayError Upstream(string message, string? code = null) =>
        new(502, new ErrorBody(message, ErrorTypes.Upstream, null, code));

    /// <summary>504: the provider did not answer in time.</summary>
    public static GatewayError UpstreamTimeout(string message) =>
        new(504, new ErrorBody(message, ErrorTypes.Timeout, null, "upstream_timeout"));

    /// <summary>503: the gateway stops, and the call was not done within <c>server.drain_timeout</c>. Nothing is wrong with it: another attempt may succeed.</summary>
    public static GatewayError ShuttingDown { get; } = new(
        503,
        new ErrorBody("The server is shutting down and could not finish this answer. Try again in a moment.", ErrorTypes.Overloaded, null, "server_shutting_down"),
        TimeSpan.FromSeconds(5));

    /// <summary>500: something was thrown that nobody foresaw; it stands for that in the ledger and in telemetry.</summary>
    internal static GatewayError Bug { get; } = new(500, new ErrorBody("The gateway failed.", ErrorTypes.Api, null, "internal_error"));

    /// <summary>503: no capacity now.</summary>
    public static GatewayError Overloaded(string message, TimeSpan retryAfter) =>
        new(503, new ErrorBody(message, ErrorTypes.Overloaded, null, "overloaded"), retryAfter);
}
