using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Accounting;

/// <summary>The account of one call, from its beginning to its row.</summary>
internal sealed class CallAccount(GatewayCall call, CallPrices prices, TimeProvider time)
{
    // Callers choose the names of models and more: no row is large for that.
    private const int LongestText = 256;

    private static readonly Dictionary<ApiOperation, string> s_operations =
        OperationProfile.All.ToDictionary(profile => profile.Operation, profile => profile.Path.Replace('/', '.'));

    private readonly DateTimeOffset _at = time.GetUtcNow();
    private readonly long _startedAt = time.GetTimestamp();
    private TimeSpan? _firstByte;
    private int _status;

    /// <summary>Notes that the answer begins.</summary>
    /// <returns>What the call costs, in nano-dollars, where that is known before its first byte leaves; else null.</returns>
    public long? Begin(int status)
    {
        _status = status;
        _firstByte = time.GetElapsedTime(_startedAt);
        return call.IsCached ? WithSpent(0) : call.Facts.Stream ? null : CostSoFar();
    }

    /// <summary>What the call costs by what is known of it now, in nano-dollars; null where nothing is.</summary>
    public long? CostSoFar()
    {
        var units = CallUnits.Of(call);
        return call.Target is not { } target || (call.Usage is null && units == default) ? null : WithSpent(prices.CostOf(target, call.Usage ?? default, units));
    }

    /// <summary>Makes the row.</summary>
    /// <param name="error">What ended it other than a whole answer; null for nothing.</param>
    public LedgerRow Close(GatewayError? error)
    {
        var outcome = OutcomeOf(error);
        var (usage, isEstimated) = UsageOf(outcome);
        var units = _status > 0 && !call.IsCached ? CallUnits.Of(call) : default;
        var spent = usage ?? default;
        foreach (var attempt in call.Spent)
        {
            spent += attempt.Usage;
        }

        return new LedgerRow
        {
            Id = RowIds.New(_at),
            At = _at,
            RequestId = Short(call.RequestId),
            Operation = OperationOf(call),
            Key = call.Caller.KeyId,
            Project = call.Caller.Project,
            Team = call.Caller.Team,
            User = call.Caller.User,
            Model = Short(call.Facts.Model),
            Provider = call.Target?.Provider ?? "",
            Deployment = Short(call.Target?.Model ?? ""),
            Usage = spent,
            Units = units,
            IsEstimated = isEstimated,
            Cost = CostOf(outcome, usage, units),
            IsCached = call.IsCached,
            IsStream = call.Facts.Stream,
            Attempts = call.Attempts,
            Outcome = outcome,
            Status = _status > 0 ? _status : error?.Status ?? 200,
            Error = error is null ? null : Short(error.Body.Code ?? error.Body.Type),
            Duration = time.GetElapsedTime(_startedAt),
            FirstByte = _firstByte,
        };
    }

    private static string OperationOf(GatewayCall call)
    {
        // Behind the first part stand ids.
        var end = call.Path.AsSpan().IndexOfAny('/', '?');
        return s_operations.TryGetValue(call.Operation, out var name) ? name : Short(end < 0 ? call.Path : call.Path[..end]);
    }

    private static string Short(string text)
    {
        var shown = KeyText.Hide(text);
        return shown.Length <= LongestText ? shown : shown[..LongestText];
    }

    private LedgerOutcome OutcomeOf(GatewayError? error) =>
        error is null ? LedgerOutcome.Answered
        : ReferenceEquals(error, GatewayError.CallerLeft) ? LedgerOutcome.Cancelled
        : _status > 0 || call.Fault is not null ? LedgerOutcome.Broken
        : LedgerOutcome.Failed;

    // What the provider told; where it told nothing or only of the beginning, what the gateway saw pass.
    private (TokenUsage? Usage, bool IsEstimated) UsageOf(LedgerOutcome outcome)
    {
        if (call.IsCached)
        {
            // The tokens in the answer were bought before.
            return (null, false);
        }

        var told = call.Usage;
        if (outcome == LedgerOutcome.Failed || call.Attempts == 0)
        {
            return (told, false);
        }

        if (call.Counted is { } counted && counted >= (told?.Completion ?? 0) && TakesText)
        {
            return ((told ?? new TokenUsage(Prompt, 0)) with { Completion = counted }, true);
        }

        // A provider that was asked and left before it said anything has read the prompt.
        return told is null && outcome != LedgerOutcome.Answered && TakesText ? (new TokenUsage(Prompt, 0), true) : (told, false);
    }

    private int Prompt => TokenEstimate.OfRequest(call.Body.Span);

    private bool TakesText => call.Operation is ApiOperation.ChatCompletions or ApiOperation.Completions or ApiOperation.Responses or ApiOperation.Embeddings;

    private long? CostOf(LedgerOutcome outcome, TokenUsage? usage, in CallUnits units)
    {
        var isUsed = usage is not null || units != default;
        if (call.Target is not { } target || (!isUsed && IsFree(outcome)))
        {
            return WithSpent(0);
        }

        var cost = isUsed ? prices.CostOf(target, usage ?? default, units) : null;
        if (cost is null && call.Operation != ApiOperation.Other)
        {
            prices.NoteUnknown(target);
        }

        return WithSpent(cost);
    }

    // Errors are not charged, and neither is it to look at files and to count.
    private bool IsFree(LedgerOutcome outcome) =>
        outcome == LedgerOutcome.Failed || call.IsCached || call.Attempts == 0 || call.Operation == ApiOperation.CountTokens || (call.Operation == ApiOperation.Other && call.Method != HttpMethod.Post);

    private long? WithSpent(long? cost)
    {
        foreach (var (target, usage) in call.Spent)
        {
            cost += prices.CostOf(target, usage, default);
        }

        return cost;
    }
}
