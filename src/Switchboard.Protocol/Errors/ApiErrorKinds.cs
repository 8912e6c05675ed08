using System.Collections.Frozen;
using System.Globalization;

namespace Switchboard.Protocol.Errors;

/// <summary>Tells the kinds of error from status, type and code, and which are worth another attempt.</summary>
public static class ApiErrorKinds
{
    // Types and codes of OpenAI, Azure, Anthropic, Google, Amazon, Cohere, Moonshot, Perplexity and of gateways like New API.
    private static readonly FrozenDictionary<string, ApiErrorKind> s_byName = Table(
        (ApiErrorKind.InsufficientQuota, ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error", "insufficient_balance", "insufficient_user_quota", "exceeded_current_quota_error"]),
        (ApiErrorKind.ContextLengthExceeded, ["context_length_exceeded", "too_many_prompt_tokens", "TOO_MANY_TOKENS"]),
        (ApiErrorKind.ContentFiltered, ["content_filter", "content_policy_violation", "image_content_policy_violation", "bio_policy", "ResponsibleAIPolicyViolation", "moderation_blocked"]),
        (ApiErrorKind.Authentication, [ErrorTypes.Authentication, "invalid_api_key", "UNAUTHENTICATED", "UnrecognizedClientException"]),
        (ApiErrorKind.PermissionDenied, [ErrorTypes.Permission, "permission_denied", "PERMISSION_DENIED", "AccessDeniedException"]),
        (ApiErrorKind.NotFound, [ErrorTypes.NotFound, "not_found", "model_not_found", "NOT_FOUND", "ResourceNotFoundException"]),
        (ApiErrorKind.Conflict, ["conflict_error", "ABORTED", "ConflictException"]),
        (ApiErrorKind.RateLimited, [ErrorTypes.RateLimit, "rate_limit_exceeded", "rate_limit_reached_error", "too_many_requests", "tokens", "requests", "RateLimitReached", "RESOURCE_EXHAUSTED", "ThrottlingException"]),
        (ApiErrorKind.Timeout, [ErrorTypes.Timeout, "timeout", "upstream_timeout", "vector_store_timeout", "DEADLINE_EXCEEDED", "ModelTimeoutException"]),
        (ApiErrorKind.Overloaded, [ErrorTypes.Overloaded, "overloaded", "engine_overloaded_error", "slow_down", "UNAVAILABLE", "ServiceUnavailableException", "ModelNotReadyException"]),
        (ApiErrorKind.ServerError, [ErrorTypes.Api, ErrorTypes.Upstream, "server_error", "internal_server_error", "internal_error", "INTERNAL", "InternalServerException"]),
        (ApiErrorKind.BadRequest, [ErrorTypes.InvalidRequest, "invalid_prompt", "INVALID_ARGUMENT", "FAILED_PRECONDITION", "ValidationException"]),

        // What the image inputs of a response fail with, after its stream has begun.
        (ApiErrorKind.BadRequest, ["invalid_image", "invalid_image_format", "invalid_base64_image", "invalid_image_url", "invalid_image_mode", "image_too_large", "image_too_small", "image_parse_error", "image_file_too_large", "unsupported_image_media_type", "empty_image_file", "failed_to_download_image", "image_file_not_found"]),
        (ApiErrorKind.PermissionDenied, ["data_residency_mismatch"]));

    /// <summary>
    /// The kind of an error. The status decides, save where type or code say more than it can: no quota left, a prompt too
    /// long, a content policy. Below 400 (an error inside a stream that began well) type and code decide alone.
    /// </summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="type">The error's type, or null.</param>
    /// <param name="code">The error's code, or null.</param>
    public static ApiErrorKind Of(int status, string? type, string? code)
    {
        var named = OfName(code, type);
        return status switch
        {
            < 400 => named,
            _ when named is ApiErrorKind.InsufficientQuota => named,
            < 500 when named is ApiErrorKind.ContextLengthExceeded or ApiErrorKind.ContentFiltered => named,
            // Some tell of their own lack of capacity as of the caller's limit.
            429 when named is ApiErrorKind.Overloaded => named,
            _ => OfStatus(status),
        };
    }

    /// <summary>The kind of a status alone.</summary>
    public static ApiErrorKind OfStatus(int status) => status switch
    {
        401 => ApiErrorKind.Authentication,
        402 => ApiErrorKind.InsufficientQuota,
        403 => ApiErrorKind.PermissionDenied,
        404 => ApiErrorKind.NotFound,
        408 or 504 => ApiErrorKind.Timeout,
        409 => ApiErrorKind.Conflict,
        422 => ApiErrorKind.UnprocessableEntity,
        429 => ApiErrorKind.RateLimited,
        503 or 529 => ApiErrorKind.Overloaded,
        >= 400 and < 500 => ApiErrorKind.BadRequest,
        >= 500 and < 600 => ApiErrorKind.ServerError,
        _ => ApiErrorKind.Unknown,
    };

    /// <summary>Whether the same request may succeed later: 408, 409, 429 and 5xx, and never without quota.</summary>
    public static bool IsWorthRetrying(this ApiErrorKind kind) => kind is
        ApiErrorKind.Conflict or ApiErrorKind.RateLimited or ApiErrorKind.Timeout or ApiErrorKind.Overloaded or ApiErrorKind.ServerError;

    // vLLM, Google, OpenRouter and Perplexity write the status as the code: the type says more, if it says anything.
    private static ApiErrorKind OfName(string? code, string? type)
    {
        if (s_byName.TryGetValue(code ?? "", out var kind) || s_byName.TryGetValue(type ?? "", out kind))
        {
            return kind;
        }

        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? OfStatus(status) : ApiErrorKind.Unknown;
    }

    private static FrozenDictionary<string, ApiErrorKind> Table(params ReadOnlySpan<(ApiErrorKind Kind, string[] Names)> rows)
    {
        var table = new Dictionary<string, ApiErrorKind>(StringComparer.Ordinal);
        foreach (var (kind, names) in rows)
        {
            foreach (var name in names)
            {
                table.Add(name, kind);
            }
        }

        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
