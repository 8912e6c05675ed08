using System.Globalization;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Makes of a provider's error what the caller is told: a status that means the same here, its words without
/// secrets, and our own where the fault is the gateway's to mend.
/// </summary>
internal sealed class UpstreamErrors(string provider, Secret? key)
{
    private const int NoStatus = 0;

    /// <summary>When to come again where the provider does not say.</summary>
    public static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    private readonly ErrorRedaction _redaction = new(key);

    /// <summary>An answer whose status is an error (or a redirect, which is one here).</summary>
    public GatewayError FromAnswer(HttpResponseMessage response, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var error = Map((int)response.StatusCode, UpstreamErrorText.Read(body), UpstreamHeaders.RetryAfter(response, now));
        return error with { Headers = UpstreamHeaders.ChooseForError(response) };
    }

    /// <summary>An error inside an answer that began well: an <c>error</c> event, or an <c>error</c> member with status 200.</summary>
    public GatewayError FromBody(ReadOnlySpan<byte> body)
    {
        var text = UpstreamErrorText.Read(body);
        return Map(StatusOf(text), text, null);
    }

    private GatewayError Map(int status, UpstreamErrorText text, TimeSpan? retryAfter) => status switch
    {
        401 or 403 => Refused(status, text),
        429 => Kept(status, text, retryAfter ?? DefaultRetryAfter),
        503 or 529 => GatewayError.Overloaded(Said("is overloaded", text), retryAfter ?? DefaultRetryAfter),
        408 or 504 => GatewayError.UpstreamTimeout(Said("did not finish in time", text)),
        // Every other 4xx is the request's or the account's, and asking again does not help: a 502 would be retried.
        // Not so 405 and 407: they speak of the way to the provider, which is the gateway's own.
        >= 400 and < 500 and not (405 or 407) => Kept(status, text, retryAfter),
        >= 300 and < 400 => UpstreamFaults.Invalid(provider, string.Create(CultureInfo.InvariantCulture, $"a redirect (status {status}), which is not followed; check providers.{provider}.base_url")),
        NoStatus => GatewayError.Upstream(Said("failed", text), Clean(text.Code) ?? "upstream_error"),
        _ => GatewayError.Upstream(Said(string.Create(CultureInfo.InvariantCulture, $"failed with status {status}"), text), Clean(text.Code) ?? "upstream_error") with { RetryAfter = retryAfter },
    };

    private GatewayError Kept(int status, UpstreamErrorText text, TimeSpan? retryAfter)
    {
        var message = Clean(text.Message) ?? string.Create(CultureInfo.InvariantCulture, $"The provider '{provider}' refused the request with status {status} and no reason.");
        var type = Clean(text.Type) ?? (status == 429 ? ErrorTypes.RateLimit : ErrorTypes.InvalidRequest);
        return new GatewayError(status, new ErrorBody(message, type, Clean(text.Param), Clean(text.Code)), retryAfter);
    }

    // The caller's key is not at fault, ours is: upstream's words would lead astray, and they quote the key.
    private GatewayError Refused(int status, UpstreamErrorText text)
    {
        var where = provider == "openai" ? "providers.openai.api_key or OPENAI_API_KEY" : $"providers.{provider}.api_key";
        var message = (status, key) switch
        {
            (_, null) => $"The provider '{provider}' asks for a key, and the gateway has none for it. Set {where}.",
            (401, _) => $"The provider '{provider}' refused the gateway's key. Check {where}.",
            _ => Said("does not allow this with the gateway's key", text) + $" Check {where} and what it may do.",
        };
        return status == 401
            ? new GatewayError(401, new ErrorBody(message, ErrorTypes.Authentication, null, Clean(text.Code) ?? "invalid_api_key"))
            : new GatewayError(403, new ErrorBody(message, ErrorTypes.Permission, null, Clean(text.Code) ?? "permission_denied"));
    }

    private string Said(string what, UpstreamErrorText text) =>
        Clean(text.Message) is { } message ? $"The provider '{provider}' {what}: {message}" : $"The provider '{provider}' {what}.";

    private string? Clean(string? text) => _redaction.Clean(text);

    private static int StatusOf(UpstreamErrorText text)
    {
        if (int.TryParse(text.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 400 and <= 599)
        {
            return code;
        }

        return text.Type switch
        {
            ErrorTypes.InvalidRequest => 400,
            ErrorTypes.Authentication => 401,
            ErrorTypes.Permission => 403,
            ErrorTypes.NotFound => 404,
            ErrorTypes.RateLimit or "rate_limit_exceeded" or "tokens" or "requests" or "insufficient_quota" => 429,
            ErrorTypes.Overloaded => 503,
            ErrorTypes.Timeout => 504,
            _ => text.Code switch
            {
                "rate_limit_exceeded" or "insufficient_quota" => 429,
                "context_length_exceeded" => 400,
                "model_not_found" => 404,
                _ => NoStatus,
            },
        };
    }
}
