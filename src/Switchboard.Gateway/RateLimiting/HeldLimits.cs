using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>What a call took from the limits and budgets that hold for it, until it is over.</summary>
internal sealed class HeldLimits
{
    private readonly LimitRule[] _rules;
    private readonly long _tokens;
    private Reservation? _reservation;

    private HeldLimits(LimitRule[] rules, CounterTake[] takes, long tokens) => (_rules, Takes, _tokens) = (rules, takes, tokens);

    /// <summary>The rules, in the order of <see cref="Takes"/>.</summary>
    public ReadOnlySpan<LimitRule> Rules => _rules;

    /// <summary>What is to be taken.</summary>
    public ReadOnlyMemory<CounterTake> Takes { get; }

    /// <summary>How each counter stands; empty where nobody could tell.</summary>
    public ReadOnlySpan<CounterState> States => _reservation is null ? [] : _reservation.States;

    /// <summary>What is said of them in the head of the answer.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => LimitHeaders.Of(this);

    /// <summary>What a call is to take.</summary>
    public static HeldLimits Of(LimitRule[] rules, GatewayCall call, DateTimeOffset now)
    {
        var tokens = CallTokens.Of(call);
        var takes = new CounterTake[rules.Length];
        for (var i = 0; i < rules.Length; i++)
        {
            takes[i] = rules[i].TakeOf(tokens, now);
        }

        return new HeldLimits(rules, takes, tokens);
    }

    /// <summary>The same without what the store knows nothing of.</summary>
    public HeldLimits Without(ReadOnlySpan<CounterState> states)
    {
        var rules = new List<LimitRule>();
        var takes = new List<CounterTake>();
        for (var i = 0; i < states.Length; i++)
        {
            if (!states[i].IsUnknown)
            {
                rules.Add(_rules[i]);
                takes.Add(Takes.Span[i]);
            }
        }

        return new HeldLimits([.. rules], [.. takes], _tokens);
    }

    /// <summary>Takes over what was taken.</summary>
    public void Hold(Reservation reservation) => _reservation = reservation;

    /// <summary>Sets right what was taken, and lets others run.</summary>
    /// <param name="row">What the call was.</param>
    public void Settle(LedgerRow row)
    {
        // Who tells nothing of its tokens has used some all the same: then the estimate stays.
        var told = (long)row.Usage.Prompt + row.Usage.Completion;
        var tokens = told == 0 && row is { Outcome: LedgerOutcome.Answered, Attempts: > 0, IsCached: false } ? _tokens : told;
        Settle(tokens, row.Cost ?? 0, row.Provider);
    }

    /// <summary>The same where no ledger is kept.</summary>
    public void Settle(GatewayCall call)
    {
        var tokens = call.Usage is { } usage ? (long)usage.Prompt + usage.Completion : call.Attempts > 0 ? _tokens : 0;
        Settle(tokens, 0, "");
    }

    private void Settle(long tokens, long cost, string provider)
    {
        if (_reservation is not { Outcome: ReserveOutcome.Granted } reservation)
        {
            return;
        }

        Span<long> amounts = stackalloc long[CounterTake.Most];
        for (var i = 0; i < _rules.Length; i++)
        {
            var rule = _rules[i];
            amounts[i] = rule is BudgetRule budget ? budget.Provider is null || budget.Provider == provider ? cost : 0
                : rule.IsOfTokens ? tokens
                : Takes.Span[i].Amount;
        }

        reservation.Settle(amounts[.._rules.Length]);
    }
}
