using Switchboard.Protocol.Errors;

namespace Switchboard.Client;

/// <summary>The server answered with an error. Statuses that programs tell apart have a class of their own.</summary>
public class ApiStatusException : ApiException
{
    internal ApiStatusException(ApiError error, HttpResponseMessage response, int status)
        : base(Describe(error, status))
    {
        Error = error;
        Status = status;
        Headers = new ApiHeaders(response);
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>What the body says, whatever its shape.</summary>
    public ApiError Error { get; }

    /// <summary>The kind of error in the server's words, such as <c>invalid_request_error</c>, or null.</summary>
    public string? Type => Error.Type;

    /// <summary>The server's identifier of the error, such as <c>model_not_found</c>, or null.</summary>
    public string? Code => Error.Code;

    /// <summary>The member of the request that is at fault, or null.</summary>
    public string? Param => Error.Param;

    /// <summary>What it means, read from status, type and code.</summary>
    public ApiErrorKind Kind => Error.GetKind(Status);

    /// <summary>The server's name for the request, to be told to its support; null without.</summary>
    public string? RequestId => Headers["x-request-id"] ?? Headers["apim-request-id"];

    /// <summary>The headers.</summary>
    public ApiHeaders Headers { get; }

    /// <summary>The body as it came, up to 64 KiB.</summary>
    public ReadOnlyMemory<byte> Body => Error.Body;

    /// <summary>What the server tells of its limits.</summary>
    public RateLimits RateLimits => new(Headers);

    /// <inheritdoc/>
    public override bool IsTransient => Kind.IsWorthRetrying();

    internal static ApiStatusException Of(ApiError error, HttpResponseMessage response) => Of(error, response, (int)response.StatusCode);

    internal static ApiStatusException Of(ApiError error, HttpResponseMessage response, int status) => status switch
    {
        400 => new ApiBadRequestException(error, response, status),
        401 => new ApiAuthenticationException(error, response, status),
        403 => new ApiPermissionDeniedException(error, response, status),
        404 => new ApiNotFoundException(error, response, status),
        409 => new ApiConflictException(error, response, status),
        422 => new ApiUnprocessableEntityException(error, response, status),
        429 => new ApiRateLimitException(error, response, status),
        >= 500 => new ApiServerException(error, response, status),
        _ => new ApiStatusException(error, response, status),
    };

    private static string Describe(ApiError error, int status)
    {
        var text = error.ToString();
        return text.Length == 0 ? $"The server answered {status}." : $"The server answered {status}. {text}";
    }
}

/// <summary>400: the request is at fault.</summary>
public sealed class ApiBadRequestException : ApiStatusException
{
    internal ApiBadRequestException(ApiError error, HttpResponseMessage response, int status)
        : base(error, response, status)
    {
    }
}

/// <summary>401: the key is missing, unknown or refused.</summary>
public sealed class ApiAuthenticationException : ApiStatusException
{
    internal ApiAuthenticationException(ApiError error, HttpResponseMessage response, int status)
        : base(error, response, status)
    {
    }
}

/// <summary>403: the key may not do this.</summary>
public sealed class ApiPermissionDeniedException : ApiStatusException
{
    internal ApiPermissionDeniedException(ApiError error, HttpResponseMessage response, int status)
        : base(error, response, status)
    {
    }
}

/// <summary>404: the model, path or object does not exist, or the key may not know of it.</summary>
public sealed class ApiNotFoundException : ApiStatusException
{
    internal ApiNotFoundException(ApiError error, HttpResponseMessage response, int status)
        : base(error, response, status)
    {
    }
}

/// <summary>409: the object was changed meanwhile.</summary>
public sealed class ApiConflictException : ApiStatusException
{
    internal ApiConflictException(ApiError error, HttpResponseMessage response, int status)
        : base(error, response, status)
    {
    }
}

/// <summary>422: the request is well formed and still cannot be followed.</summary>
public sealed class ApiUnprocessableEntityException : ApiStatusException
{
    internal ApiUnprocessableEntityException(ApiError error, HttpResponseMessage response, int status)
        : base(error, response, status)
    {
    }
}

/// <summary>429: too many requests or tokens, or (<see cref="ApiErrorKind.InsufficientQuota"/>) no quota left.</summary>
public sealed class ApiRateLimitException : ApiStatusException
{
    internal ApiRateLimitException(ApiError error, HttpResponseMessage response, int status)
        : base(error, response, status)
    {
    }

    /// <summary>How long the server asks to wait (<c>retry-after-ms</c>, <c>retry-after</c> in seconds); null when it does not say, or says a date.</summary>
    public TimeSpan? RetryAfter => Transport.RetryAfter.Read(Headers, now: null);
}

/// <summary>5xx: the server's own fault, or it is overloaded.</summary>
public sealed class ApiServerException : ApiStatusException
{
    internal ApiServerException(ApiError error, HttpResponseMessage response, int status)
        : base(error, response, status)
    {
    }
}
