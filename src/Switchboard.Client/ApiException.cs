using Switchboard.Protocol.Errors;

namespace Switchboard.Client;

/// <summary>A call that failed for a reason that is not the program's own; the caller's cancellation is an <see cref="OperationCanceledException"/> as ever.</summary>
public abstract class ApiException : Exception
{
    private protected ApiException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>How many attempts failed before the one that this tells of.</summary>
    public int Retries { get; internal set; }

    /// <summary>The same request may succeed later.</summary>
    public virtual bool IsTransient => false;
}

/// <summary>Something that the call needs is missing or wrong in the client's options: nothing was sent.</summary>
public sealed class ApiConfigurationException : ApiException
{
    internal ApiConfigurationException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>No answer came, or it broke off: name not found, refused, reset, TLS, a connection that ended inside the answer.</summary>
public class ApiConnectionException : ApiException
{
    internal ApiConnectionException(string message, Exception? cause = null, bool isTransient = true)
        : base(message, cause) => IsTransient = isTransient;

    /// <inheritdoc/>
    public override bool IsTransient { get; }
}

/// <summary>The answer did not come in time; see <see cref="SwitchboardClientOptions.Timeout"/> and <see cref="SwitchboardClientOptions.StreamIdleTimeout"/>.</summary>
public sealed class ApiTimeoutException : ApiConnectionException
{
    internal ApiTimeoutException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>An answer that cannot be understood: a page instead of JSON, JSON that is cut, an answer larger than <see cref="SwitchboardClientOptions.MaxResponseBytes"/>.</summary>
public sealed class ApiResponseException : ApiException
{
    internal ApiResponseException(string message, HttpResponseMessage response, ReadOnlyMemory<byte> body, Exception? cause = null)
        : base(message, cause)
    {
        Status = (int)response.StatusCode;
        Headers = new ApiHeaders(response);
        Body = body;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The headers.</summary>
    public ApiHeaders Headers { get; }

    /// <summary>What came, up to 64 KiB.</summary>
    public ReadOnlyMemory<byte> Body { get; }
}

/// <summary>The server reported an error inside a stream that had begun well, or sent an event that cannot be read: what came before is not the whole answer.</summary>
public sealed class ApiStreamException : ApiException
{
    internal ApiStreamException(ApiError error, string? requestId, string? message = null, Exception? cause = null)
        : base(message ?? error.ToString(), cause)
    {
        Error = error;
        RequestId = requestId;
    }

    /// <summary>What the error event says.</summary>
    public ApiError Error { get; }

    /// <summary>The kind of error in the server's words, or null.</summary>
    public string? Type => Error.Type;

    /// <summary>The server's identifier of the error, or null.</summary>
    public string? Code => Error.Code;

    /// <summary>The member of the request that is at fault, or null.</summary>
    public string? Param => Error.Param;

    /// <summary>The server's name for the request, or null.</summary>
    public string? RequestId { get; }

    /// <inheritdoc/>
    public override bool IsTransient => Error.GetKind(200).IsWorthRetrying();
}
