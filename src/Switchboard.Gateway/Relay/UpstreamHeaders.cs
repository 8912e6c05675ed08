using System.Globalization;
using System.Net.Http.Headers;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Gateway.Relay;

/// <summary>Which headers of a provider's answer reach the caller. Those not named here never do.</summary>
internal static class UpstreamHeaders
{
    private const string RetryAfterName = "retry-after";

    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromDays(1);

    /// <summary>True for the head of a stream of events.</summary>
    public static bool IsEventStream(UpstreamAnswer answer) => IsStream(answer, PassedStream.MediaType);

    /// <summary>True for the head of a stream that calls itself so.</summary>
    public static bool IsStream(UpstreamAnswer answer, string mediaType) =>
        answer.IsSuccess && answer.Headers.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The headers for the caller of an answer.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Choose(UpstreamAnswer answer) => Choose(answer.Headers, withRetryAfter: true);

    /// <summary>The headers for the caller of an answer that is passed on as it is.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ChooseForFile(UpstreamAnswer answer) => ChooseWith(answer.Headers, AnswerHeaders.OfFiles);

    /// <summary>The headers for the caller of a websocket: what was agreed on too.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ChooseForSocket(UpstreamAnswer answer) => ChooseWith(answer.Headers, AnswerHeaders.OfSockets);

    /// <summary>The headers for the caller of an error; <c>retry-after</c> is left to the error itself.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ChooseForError(UpstreamAnswer answer) => Choose(answer.Headers, withRetryAfter: false);

    /// <summary>When the provider asks to come again; null where it does not say.</summary>
    public static TimeSpan? RetryAfter(AnswerHeaders headers, DateTimeOffset now)
    {
        if (Number(headers["retry-after-ms"]) is { } milliseconds)
        {
            return Limit(TimeSpan.FromMilliseconds(milliseconds));
        }

        var value = headers[RetryAfterName];
        if (Number(value) is { } seconds)
        {
            return Limit(TimeSpan.FromSeconds(seconds));
        }

        return RetryConditionHeaderValue.TryParse(value, out var told) && told.Date is { } date ? Limit(date - now) : null;
    }

    private static List<KeyValuePair<string, string>> ChooseWith(AnswerHeaders headers, string[] others)
    {
        var chosen = Choose(headers, withRetryAfter: true);
        foreach (var name in others)
        {
            if (headers[name] is { } value)
            {
                chosen.Add(new(name, value));
            }
        }

        return chosen;
    }

    private static List<KeyValuePair<string, string>> Choose(AnswerHeaders headers, bool withRetryAfter)
    {
        var chosen = new List<KeyValuePair<string, string>>(headers.Kept.Count);
        foreach (var (name, value) in headers.Kept)
        {
            if (NameForCaller(name, withRetryAfter) is { } forCaller)
            {
                chosen.Add(new(forCaller, value));
            }
        }

        return chosen;
    }

    private static string? NameForCaller(string name, bool withRetryAfter) => name switch
    {
        "x-request-id" or "request-id" => "x-switchboard-upstream-request-id",
        "openai-processing-ms" or "openai-version" or "retry-after-ms" => name,
        RetryAfterName => withRetryAfter ? name : null,
        _ => name.StartsWith(AnswerHeaders.RateLimit, StringComparison.Ordinal) ? name : null,
    };

    private static double? Number(string? value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= s_longestRetryAfter.TotalMilliseconds ? number : null;

    private static TimeSpan Limit(TimeSpan time) =>
        time < TimeSpan.Zero ? TimeSpan.Zero : time > s_longestRetryAfter ? s_longestRetryAfter : time;
}
