using System.Globalization;
using System.Text.Json;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Misbehaviours;

/// <summary>Errors told in the way of the OpenAI API.</summary>
public sealed partial class Misbehaviour
{
    /// <summary>401 invalid_api_key.</summary>
    public static Misbehaviour InvalidApiKey { get; } = Error("401 invalid_api_key", 401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided: sk-wrong.");

    /// <summary>404 model_not_found.</summary>
    public static Misbehaviour ModelNotFound { get; } = Error("404 model_not_found", 404, "invalid_request_error", "model_not_found", "The model `gpt-none` does not exist or you do not have access to it.");

    /// <summary>429 with Retry-After: 1.</summary>
    public static Misbehaviour RateLimited { get; } = RateLimitedWith("Retry-After", "1");

    /// <summary>429 with retry-after-ms: 20.</summary>
    public static Misbehaviour RateLimitedForMilliseconds { get; } = RateLimitedWith("retry-after-ms", "20");

    /// <summary>429 insufficient_quota: trying again is no use.</summary>
    public static Misbehaviour InsufficientQuota { get; } = Error("429 insufficient_quota", 429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota, please check your plan and billing details.");

    /// <summary>500 server_error.</summary>
    public static Misbehaviour ServerError { get; } = Error("500 server_error", 500, "server_error", null, "The server had an error while processing your request.");

    /// <summary>503 with the words OpenAI uses under load.</summary>
    public static Misbehaviour Unavailable { get; } = Error("503 unavailable", 503, "service_unavailable_error", null, "The engine is currently overloaded, please try again later.");

    /// <summary>529 overloaded_error, in Anthropic's shape.</summary>
    public static Misbehaviour Overloaded { get; } =
        new("529 overloaded", _ => UpstreamAnswer.Json("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", 529));

    /// <summary>307 to another path of the same server.</summary>
    public static Misbehaviour Redirect { get; } = RedirectTo("/elsewhere");

    /// <summary>429 with a header of one's own.</summary>
    public static Misbehaviour RateLimitedWith(string header, string value)
    {
        var error = ErrorAnswer(429, "requests", "rate_limit_exceeded", "Rate limit reached for requests.");
        return new($"429 with {header}: {value}", _ => error.WithHeader(header, value));
    }

    /// <summary>307 to a place of one's own.</summary>
    public static Misbehaviour RedirectTo(string location) =>
        new($"307 to {location}", _ => UpstreamAnswer.Text("", "text/plain", 307).WithHeader("Location", location));

    /// <summary>Any status with an error body in OpenAI's shape.</summary>
    public static Misbehaviour Status(int status) =>
        Error(string.Create(CultureInfo.InvariantCulture, $"{status}"), status, status < 500 ? "invalid_request_error" : "server_error", null, "The request failed.");

    private static IEnumerable<Misbehaviour> OfStatuses() =>
    [
        InvalidApiKey, ModelNotFound, RateLimited, RateLimitedForMilliseconds, InsufficientQuota, ServerError, Unavailable, Overloaded, Redirect,
    ];

    private static Misbehaviour Error(string name, int status, string type, string? code, string message) =>
        new(name, _ => ErrorAnswer(status, type, code, message));

    private static UpstreamAnswer ErrorAnswer(int status, string type, string? code, string message) =>
        UpstreamAnswer.Json(JsonSerializer.Serialize(new { error = new { message, type, param = (string?)null, code } }), status)
            .WithHeader("x-request-id", "req_misbehaviour");
}
