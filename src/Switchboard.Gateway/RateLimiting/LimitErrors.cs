using System.Globalization;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State.Shared;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>What callers are told that a limit or a budget sends away.</summary>
internal static class LimitErrors
{
    private const string Limited = "rate_limit_exceeded";
    private const string Spent = "insufficient_quota";

    /// <summary>The limits cannot be asked for, and the configuration wants such calls refused.</summary>
    public static GatewayError Unavailable(TimeSpan retryIn) => new(
        503,
        new ErrorBody("The limits of this request cannot be looked up: what the gateways share is away. Try again in a moment.", ErrorTypes.Overloaded, null, "limits_unavailable"),
        retryIn);

    /// <summary>A limit that let the call not through.</summary>
    /// <param name="rule">The limit.</param>
    /// <param name="take">What was to be taken.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="now">The time.</param>
    public static GatewayError Refused(LimitRule rule, in CounterTake take, in CounterState state, DateTimeOffset now) => rule switch
    {
        BudgetRule budget => OfBudget(budget, state, now),
        { Kind: LimitKind.ConcurrentRequests } => Later(
            string.Create(CultureInfo.InvariantCulture, $"Rate limit reached: {rule.Owner.Words} may have {CountOf(state.Limit)} running at once. Try again when one has ended."),
            state.RetryIn),
        _ when state.RetryIn == CounterState.Never => TooLarge(rule, take, state),
        _ => Later(
            string.Create(CultureInfo.InvariantCulture, $"Rate limit reached for {rule.Owner.Words}: {state.Limit} {WordsOf(rule.Kind)}. Used {state.Limit - state.Remaining}, requested {take.Amount}. Try again in {LimitHeaders.Format(state.RetryIn)}."),
            state.RetryIn),
    };

    /// <summary>All providers that could answer have spent their budgets.</summary>
    public static GatewayError ProvidersSpent(string model, TimeSpan? retryIn) =>
        Quota($"The budgets of all providers of the model '{RequestFaults.Shorten(model)}' are spent.", retryIn);

    private static GatewayError OfBudget(BudgetRule rule, in CounterState state, DateTimeOffset now)
    {
        var words = rule.Owner.Words;
        if (rule.Budget.Period == BudgetPeriod.Total)
        {
            return Quota($"The budget of {words} is spent.", null);
        }

        return Quota(
            string.Create(CultureInfo.InvariantCulture, $"The budget of {words} for this {rule.PeriodWord} is spent. The next begins at {(now + state.RetryIn).UtcDateTime:yyyy-MM-dd HH:mm}Z."),
            state.RetryIn);
    }

    private static GatewayError TooLarge(LimitRule rule, in CounterTake take, in CounterState state) => Never(
        rule.IsOfTokens
            ? string.Create(CultureInfo.InvariantCulture, $"Request too large for {rule.Owner.Words}: its prompt and the most that its answer may have come to about {take.Amount} tokens, and the limit is {state.Limit} {WordsOf(rule.Kind)}. Shorten the prompt or ask for fewer tokens.")
            : string.Create(CultureInfo.InvariantCulture, $"Requests are not possible for {rule.Owner.Words}: the limit is {state.Limit} {WordsOf(rule.Kind)}."),
        Limited);

    private static GatewayError Later(string message, TimeSpan retryIn) =>
        new(429, new ErrorBody(message, ErrorTypes.RateLimit, null, Limited), retryIn) { Headers = [new("retry-after-ms", Milliseconds(retryIn))] };

    private static GatewayError Quota(string message, TimeSpan? retryIn) =>
        retryIn is { } time && time != CounterState.Never
            ? new GatewayError(429, new ErrorBody(message, ErrorTypes.RateLimit, null, Spent), time) { Headers = [new("x-should-retry", "false")] }
            : Never(message, Spent);

    // Clients try again by themselves where they are not told that it helps nothing.
    private static GatewayError Never(string message, string code) =>
        new(429, new ErrorBody(message, ErrorTypes.RateLimit, null, code), GatewayError.Never) { Headers = [new("x-should-retry", "false")] };

    private static string WordsOf(LimitKind kind) => kind switch
    {
        LimitKind.RequestsPerMinute => "requests a minute",
        LimitKind.RequestsPerDay => "requests a day",
        LimitKind.TokensPerMinute => "tokens a minute",
        _ => "tokens a day",
    };

    private static string CountOf(long count) => count == 1 ? "1 request" : string.Create(CultureInfo.InvariantCulture, $"{count} requests");

    private static string Milliseconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture);
}
