using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;

namespace Switchboard.Gateway.Relay;

/// <summary>Which headers of a provider's answer reach the caller. Those not named here never do.</summary>
internal static class UpstreamHeaders
{
    private const string RetryAfterName = "retry-after";

    // The usual names, so that none is written anew for each answer.
    private static readonly FrozenDictionary<string, string> s_names = new Dictionary<string, string>
    {
        ["x-request-id"] = "x-switchboard-upstream-request-id",
        ["openai-processing-ms"] = "openai-processing-ms",
        ["openai-version"] = "openai-version",
        ["retry-after-ms"] = "retry-after-ms",
        [RetryAfterName] = RetryAfterName,
        ["x-ratelimit-limit-requests"] = "x-ratelimit-limit-requests",
        ["x-ratelimit-limit-tokens"] = "x-ratelimit-limit-tokens",
        ["x-ratelimit-remaining-requests"] = "x-ratelimit-remaining-requests",
        ["x-ratelimit-remaining-tokens"] = "x-ratelimit-remaining-tokens",
        ["x-ratelimit-reset-requests"] = "x-ratelimit-reset-requests",
        ["x-ratelimit-reset-tokens"] = "x-ratelimit-reset-tokens",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromDays(1);

    private static readonly string[] s_ofSockets = ["sec-websocket-accept", "sec-websocket-protocol", "sec-websocket-extensions"];

    /// <summary>True for the head of a stream of events.</summary>
    public static bool IsEventStream(HttpResponseMessage response) =>
        response.IsSuccessStatusCode && "text/event-stream".Equals(response.Content.Headers.ContentType?.MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The headers for the caller of an answer.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Choose(HttpResponseMessage response) => Choose(response, withRetryAfter: true);

    // Of a file or any other thing that is passed on as it is.
    private static readonly string[] s_ofFiles = ["content-disposition", "content-range", "accept-ranges", "etag", "last-modified", "openai-poll-after-ms"];

    /// <summary>The headers for the caller of an answer that is passed on as it is.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ChooseForFile(HttpResponseMessage response)
    {
        var chosen = Choose(response, withRetryAfter: true);
        foreach (var name in s_ofFiles)
        {
            if ((response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values)) && FirstOf(values) is { } value)
            {
                chosen.Add(new(name, value));
            }
        }

        return chosen;
    }

    /// <summary>The headers for the caller of a websocket: what was agreed on too.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ChooseForSocket(HttpResponseMessage response)
    {
        var chosen = Choose(response, withRetryAfter: true);
        foreach (var name in s_ofSockets)
        {
            if (response.Headers.NonValidated.TryGetValues(name, out var values) && FirstOf(values) is { } value)
            {
                chosen.Add(new(name, value));
            }
        }

        return chosen;
    }

    /// <summary>The headers for the caller of an error; <c>retry-after</c> is left to the error itself.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ChooseForError(HttpResponseMessage response) => Choose(response, withRetryAfter: false);

    /// <summary>When the provider asks to come again; null where it does not say.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        if (Number(response, "retry-after-ms") is { } milliseconds)
        {
            return Limit(TimeSpan.FromMilliseconds(milliseconds));
        }

        if (Number(response, "retry-after") is { } seconds)
        {
            return Limit(TimeSpan.FromSeconds(seconds));
        }

        return response.Headers.RetryAfter?.Date is { } date ? Limit(date - now) : null;
    }

    private static List<KeyValuePair<string, string>> Choose(HttpResponseMessage response, bool withRetryAfter)
    {
        var chosen = new List<KeyValuePair<string, string>>(capacity: 12);
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            if (NameForCaller(name, withRetryAfter) is { } forCaller && FirstOf(values) is { } value)
            {
                chosen.Add(new(forCaller, value));
            }
        }

        return chosen;
    }

    private static string? NameForCaller(string name, bool withRetryAfter) =>
        s_names.TryGetValue(name, out var forCaller) ? (withRetryAfter || forCaller != RetryAfterName ? forCaller : null)
        : name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) ? name.ToLowerInvariant()
        : null;

    // Only what a header of ours may carry.
    private static string? FirstOf(HeaderStringValues values)
    {
        foreach (var value in values)
        {
            return value.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : value;
        }

        return null;
    }

    private static double? Number(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values)
            && double.TryParse(FirstOf(values), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= s_longestRetryAfter.TotalMilliseconds
                ? number
                : null;

    private static TimeSpan Limit(TimeSpan time) =>
        time < TimeSpan.Zero ? TimeSpan.Zero : time > s_longestRetryAfter ? s_longestRetryAfter : time;
}
