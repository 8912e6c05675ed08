using System.Globalization;
using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Makes of a provider's error what the caller is told: a status that means the same here, its words without
/// secrets, and our own where the fault is the gateway's to mend.
/// </summary>
/// <param name="provider">The provider's name.</param>
/// <param name="settings">Its secrets, and by which of them it is asked.</param>
internal sealed class UpstreamErrors(string provider, ProviderSettings settings)
{
    // Amazon tells the kind of an error beside its body.
    private const string NameHeader = "x-amzn-errortype";

    private const int NoStatus = 0;
    private const int MostBytes = 64 * 1024;

    /// <summary>When to come again where the provider does not say.</summary>
    public static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    private readonly ErrorRedaction _redaction = new(settings.Secrets);

    /// <summary>Reads an answer whose status is an error (or a redirect, which is one here).</summary>
    /// <param name="answer">Its head.</param>
    /// <param name="time">The clock, for when to come again.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="isAdministration">The call went with the key of administration.</param>
    public async ValueTask<GatewayError> ReadAsync(UpstreamAnswer answer, TimeProvider time, CancellationToken cancellationToken, bool isAdministration = false)
    {
        using var body = await BoundedBody.ReadAsync(answer, MostBytes, cancellationToken);
        return FromAnswer(answer, body.Bytes.Span, time.GetUtcNow(), isAdministration);
    }

    /// <summary>An answer whose status is an error, and what was read of it.</summary>
    /// <param name="answer">Its head.</param>
    /// <param name="body">What came of its body.</param>
    /// <param name="now">The time, for when to come again.</param>
    /// <param name="isAdministration">The call went with the key of administration.</param>
    public GatewayError FromAnswer(UpstreamAnswer answer, ReadOnlySpan<byte> body, DateTimeOffset now, bool isAdministration = false)
    {
        var said = new ProviderError(ApiError.Read(body, answer.Headers.ContentType), answer.Headers[NameHeader]);
        var status = said.IsOfKey ? 401 : answer.Status == 403 && said.IsFiltered ? 400 : answer.Status;
        var error = status is 401 or 403 ? Refused(status, said, isAdministration) : Map(status, said, UpstreamHeaders.RetryAfter(answer.Headers, now) ?? said.RetryAfter);
        return error with { Headers = UpstreamHeaders.ChooseForError(answer) };
    }

    /// <summary>An error inside an answer that began well: an <c>error</c> event, or an <c>error</c> member with status 200.</summary>
    /// <param name="body">The error.</param>
    /// <param name="name">The name that its frame gives it; empty for none.</param>
    public GatewayError FromBody(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name = default)
    {
        var said = new ProviderError(ApiError.Read(body), Encoding.UTF8.GetString(name));
        return Map(said.IsOfKey ? 401 : StatusOf(said), said, said.RetryAfter);
    }

    /// <summary>A provider's words without secrets.</summary>
    public string? Clean(string? text) => _redaction.Clean(text);

    private GatewayError Map(int status, ProviderError said, TimeSpan? retryAfter) => status switch
    {
        401 or 403 => Refused(status, said, isAdministration: false),
        429 => Kept(status, said, retryAfter ?? DefaultRetryAfter),
        503 or 529 => GatewayError.Overloaded(Said("is overloaded", said), retryAfter ?? DefaultRetryAfter),
        408 or 504 => GatewayError.UpstreamTimeout(Said("did not finish in time", said)),
        // Amazon's word for a model that failed.
        424 when said.Code == "ModelErrorException" => GatewayError.Upstream(Said("failed", said), said.Code),
        // Every other 4xx is the request's or the account's, and asking again does not help: a 502 would be retried.
        // Not so 405 and 407: they speak of the way to the provider, which is the gateway's own.
        >= 400 and < 500 and not (405 or 407) => Kept(status, said, retryAfter),
        >= 300 and < 400 => UpstreamFaults.Invalid(provider, string.Create(CultureInfo.InvariantCulture, $"a redirect (status {status}), which is not followed; check providers.{provider}.base_url")),
        NoStatus => GatewayError.Upstream(Said("failed", said), Clean(said.Code) ?? "upstream_error"),
        _ => GatewayError.Upstream(Said(string.Create(CultureInfo.InvariantCulture, $"failed with status {status}"), said), Clean(said.Code) ?? "upstream_error") with { RetryAfter = retryAfter },
    };

    private GatewayError Kept(int status, ProviderError said, TimeSpan? retryAfter)
    {
        var message = Clean(said.Message) ?? string.Create(CultureInfo.InvariantCulture, $"The provider '{provider}' refused the request with status {status} and no reason.");
        var type = Clean(said.Type) ?? (status == 429 ? ErrorTypes.RateLimit : ErrorTypes.InvalidRequest);
        return new GatewayError(status, new ErrorBody(message, type, Clean(said.Param), Clean(said.Code)), retryAfter);
    }

    // The caller's key is not at fault, ours is: upstream's words would lead astray, and they quote the key.
    private GatewayError Refused(int status, ProviderError said, bool isAdministration)
    {
        var (key, setting) = settings.Credential;
        var where = isAdministration ? $"providers.{provider}.admin_api_key"
            : provider == "openai" ? "providers.openai.api_key or OPENAI_API_KEY" : $"providers.{provider}.{setting}";
        var message = (status, isAdministration ? settings.AdminApiKey ?? key : key) switch
        {
            (_, null) => $"The provider '{provider}' asks for a key, and the gateway has none for it. Set {where}.",
            (401, _) => $"The provider '{provider}' refused the gateway's key. Check {where}.",
            _ => Said("does not allow this with the gateway's key", said) + $" Check {where} and what it may do.",
        };
        return status == 401
            ? new GatewayError(401, new ErrorBody(message, ErrorTypes.Authentication, null, Clean(said.Code) ?? "invalid_api_key"))
            : new GatewayError(403, new ErrorBody(message, ErrorTypes.Permission, null, Clean(said.Code) ?? "permission_denied"));
    }

    private string Said(string what, ProviderError said) =>
        Clean(said.Message) is { } message ? $"The provider '{provider}' {what}: {message}" : $"The provider '{provider}' {what}.";

    // A code that is a status is exact; else the kind has one.
    private static int StatusOf(ProviderError said)
    {
        if (said.Status is { } status)
        {
            return status;
        }

        return said.GetKind(NoStatus) switch
        {
            ApiErrorKind.BadRequest or ApiErrorKind.ContextLengthExceeded or ApiErrorKind.ContentFiltered => 400,
            ApiErrorKind.Authentication => 401,
            ApiErrorKind.PermissionDenied => 403,
            ApiErrorKind.NotFound => 404,
            ApiErrorKind.Conflict => 409,
            ApiErrorKind.UnprocessableEntity => 422,
            ApiErrorKind.RateLimited or ApiErrorKind.InsufficientQuota => 429,
            ApiErrorKind.Overloaded => 503,
            ApiErrorKind.Timeout => 504,
            _ => NoStatus,
        };
    }
}
