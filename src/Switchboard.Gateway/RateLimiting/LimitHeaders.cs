using System.Globalization;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>What an answer tells of limits: OpenAI's headers, of the limit that has least left, and budgets that are nearly spent.</summary>
internal static class LimitHeaders
{
    /// <summary>Budgets of the caller's that are nearly spent.</summary>
    public const string BudgetWarning = "x-switchboard-budget-warning";

    /// <summary>The headers; none where nothing is worth telling.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(HeldLimits held)
    {
        var rules = held.Rules;
        var states = held.States;
        var (requests, tokens, warning) = (-1, -1, "");
        for (var i = 0; i < states.Length; i++)
        {
            if (rules[i].IsOfRequests)
            {
                requests = Tighter(states, requests, i);
            }
            else if (rules[i].IsOfTokens)
            {
                tokens = Tighter(states, tokens, i);
            }
            else if (rules[i] is BudgetRule { Provider: null } budget && !states[i].IsUnknown && BudgetRule.SpentOf(states[i]) is var spent && budget.IsWarned(spent))
            {
                warning = $"{warning}{(warning.Length > 0 ? ", " : "")}{budget.Owner.Kind};period={budget.PeriodWord};spent={ShareOf(spent, budget.Limit)}";
            }
        }

        if (requests < 0 && tokens < 0 && warning.Length == 0)
        {
            return [];
        }

        var headers = new List<KeyValuePair<string, string>>(7);
        if (requests >= 0)
        {
            Add(headers, "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", rules[requests], states[requests]);
        }

        if (tokens >= 0)
        {
            Add(headers, "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", rules[tokens], states[tokens]);
        }

        if (warning.Length > 0)
        {
            headers.Add(new(BudgetWarning, warning));
        }

        return headers;
    }

    /// <summary>A time as OpenAI writes it: <c>120ms</c>, <c>7s</c>, <c>6m0s</c>, <c>1h0m3s</c>. Rounded up, so that nobody comes too early.</summary>
    public static string Format(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Ceiling(time.TotalMilliseconds)}ms");
        }

        var seconds = (time.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
        return seconds switch
        {
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m{seconds % 60}s"),
        };
    }

    private static int Tighter(ReadOnlySpan<CounterState> states, int best, int other) =>
        best < 0 || states[other].Remaining < states[best].Remaining || (states[other].Remaining == states[best].Remaining && states[other].ResetsIn > states[best].ResetsIn)
            ? other
            : best;

    // To two places, and never rounded up to all of it.
    private static string ShareOf(long spent, long limit) =>
        limit == 0 ? "1" : (Math.Floor(100m * spent / limit) / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    private static void Add(List<KeyValuePair<string, string>> headers, string limit, string remaining, string reset, LimitRule rule, in CounterState state)
    {
        headers.Add(new(limit, rule.LimitText));
        headers.Add(new(remaining, state.Remaining.ToString(CultureInfo.InvariantCulture)));
        headers.Add(new(reset, Format(state.ResetsIn)));
    }
}
