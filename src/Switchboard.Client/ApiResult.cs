namespace Switchboard.Client;

/// <summary>How an answer came: its status, headers and times.</summary>
public class ApiResult
{
    internal ApiResult(HttpResponseMessage response, TimeSpan duration, int retries)
    {
        Status = (int)response.StatusCode;
        Headers = new ApiHeaders(response);
        Duration = duration;
        Retries = retries;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The headers.</summary>
    public ApiHeaders Headers { get; }

    /// <summary>The server's name for the request (<c>x-request-id</c>, Azure's <c>apim-request-id</c>), to be told to its support; null without.</summary>
    public string? RequestId => Headers["x-request-id"] ?? Headers["apim-request-id"];

    /// <summary>What the server tells of its limits (<c>x-ratelimit-*</c>).</summary>
    public RateLimits RateLimits => new(Headers);

    /// <summary>From the call to its result, waits and attempts that failed included; of a stream or download, to its head.</summary>
    public TimeSpan Duration { get; }

    /// <summary>How many attempts failed before.</summary>
    public int Retries { get; }
}
