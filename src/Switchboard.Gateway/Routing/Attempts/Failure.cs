using System.Globalization;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Routing.Attempts;

/// <summary>What a failed attempt says: about the deployment, and whether another may answer.</summary>
internal enum Failure
{
    /// <summary>The request is at fault: nobody else is asked.</summary>
    OfRequest,

    /// <summary>The prompt is too long for this model.</summary>
    ContextWindow,

    /// <summary>A content policy refused it.</summary>
    ContentFilter,

    /// <summary>There was no place, and nothing was sent.</summary>
    NoPlace,

    /// <summary>Our key for it cannot be had, and nothing was sent.</summary>
    NoKey,

    /// <summary>Not here, and that says nothing of the deployment.</summary>
    Elsewhere,

    /// <summary>Its limit is reached for now.</summary>
    Limited,

    /// <summary>Our key, our account or the model is not taken there: that does not pass soon.</summary>
    Refused,

    /// <summary>It does not work: unreachable, too slow, an answer that is none, a 5xx.</summary>
    Broken,
}

/// <summary>Tells failures apart.</summary>
internal static class Failures
{
    // Who has no code for it says it in words; these are of OpenAI, Anthropic, Google, vLLM, llama.cpp, Mistral and Ollama.
    private static readonly string[] s_tooLong =
    [
        "context length", "context window", "context size", "context_length", "prompt is too long", "input is too long", "too many tokens", "maximum number of tokens", "exceeds the maximum number of input tokens", "max_model_len",
    ];

    /// <summary>What an error says.</summary>
    public static Failure Of(GatewayError error) => error.Status == GatewayError.CallerLeft.Status ? Failure.OfRequest : ApiErrorKinds.Of(error.Status, error.Body.Type, error.Body.Code) switch
    {
        ApiErrorKind.ContextLengthExceeded => Failure.ContextWindow,
        ApiErrorKind.ContentFiltered => Failure.ContentFilter,
        ApiErrorKind.BadRequest or ApiErrorKind.UnprocessableEntity => IsTooLong(error.Body.Message) ? Failure.ContextWindow : error.Status == 425 ? Failure.Elsewhere : Failure.OfRequest,
        ApiErrorKind.Authentication or ApiErrorKind.PermissionDenied or ApiErrorKind.InsufficientQuota => Failure.Refused,
        ApiErrorKind.NotFound => IsAboutModel(error.Body) ? Failure.Refused : Failure.Elsewhere,
        ApiErrorKind.Conflict => Failure.Elsewhere,
        ApiErrorKind.RateLimited => Failure.Limited,
        _ when error.Body.Code == KeylessProvider.Code => Failure.NoKey,
        _ => error.Status == 501 ? Failure.Elsewhere : Failure.Broken,
    };

    /// <summary>The failure as headers, logs and metrics have it.</summary>
    public static string WordOf(Failure failure, GatewayError error) =>
        failure == Failure.NoPlace ? "full" : failure == Failure.NoKey ? "no_key" : error.Status.ToString(CultureInfo.InvariantCulture);

    private static bool IsTooLong(string message) =>
        Array.Exists(s_tooLong, words => message.Contains(words, StringComparison.OrdinalIgnoreCase));

    // Another 404 is of something that the request names: a file, an answer to go on from.
    private static bool IsAboutModel(ErrorBody error) =>
        error.Code is "model_not_found" or "DeploymentNotFound" || error.Param == "model" || error.Message.Contains("model", StringComparison.OrdinalIgnoreCase);
}
