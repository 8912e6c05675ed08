namespace Switchboard.Protocol.Errors;

/// <summary>What an error means to the one who asked.</summary>
public enum ApiErrorKind
{
    /// <summary>Neither the status nor the body says.</summary>
    Unknown,

    /// <summary>The request is at fault: 400 and every 4xx that has no kind of its own.</summary>
    BadRequest,

    /// <summary>The prompt is longer than the model's context.</summary>
    ContextLengthExceeded,

    /// <summary>A content policy refused the prompt or the answer.</summary>
    ContentFiltered,

    /// <summary>The key is missing, unknown or refused: 401.</summary>
    Authentication,

    /// <summary>The key is known and may not do this: 403.</summary>
    PermissionDenied,

    /// <summary>The model, route or object does not exist: 404.</summary>
    NotFound,

    /// <summary>The object was changed or is in use by another request: 409.</summary>
    Conflict,

    /// <summary>The request is well-formed and cannot be carried out: 422.</summary>
    UnprocessableEntity,

    /// <summary>Too many requests or tokens for now: 429.</summary>
    RateLimited,

    /// <summary>The account has no money or quota left: 402, and <c>insufficient_quota</c> with any status. Waiting does not help.</summary>
    InsufficientQuota,

    /// <summary>Something took too long: 408 and 504.</summary>
    Timeout,

    /// <summary>The server has too much to do, or is not ready: 503 and 529.</summary>
    Overloaded,

    /// <summary>The server failed: every other 5xx.</summary>
    ServerError,
}
