using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>A budget as a rule: its counter is another one in each period, and knows what was spent.</summary>
internal sealed class BudgetRule(LimitOwner owner, SpendingScope scope, Budget budget) : LimitRule(owner, LimitKind.Budget, Math.Min(budget.NanoDollars, MostCounted), null)
{
    // How long before its period the next counter is told that nothing was spent yet: nobody has to wait for that then.
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(1);

    private PeriodCounter? _current;
    private string? _warned;
    private string? _prepared;

    /// <summary>Whose spending it bounds.</summary>
    public SpendingScope Scope => scope;

    /// <summary>The budget.</summary>
    public Budget Budget => budget;

    /// <summary>The provider that it is of; null for a caller's.</summary>
    public string? Provider => scope.Kind == SpendingKind.Provider ? scope.Id : null;

    /// <summary>The word for its period.</summary>
    public string PeriodWord => BudgetPeriods.WordOf(budget.Period);

    /// <summary>The rules of a scope.</summary>
    public static IEnumerable<BudgetRule> Of(AccessScope scope) =>
        scope.Policy.Budgets.Select(budget => new BudgetRule(LimitOwner.Of(scope), SpendingScope.Of(scope), budget));

    /// <summary>The rule of anybody, to look at.</summary>
    public static BudgetRule Of(SpendingScope scope, Budget budget) => new(LimitOwner.Provider, scope, budget);

    /// <summary>The rule of a provider.</summary>
    public static BudgetRule Of(string provider, Budget budget) => Of(new SpendingScope(SpendingKind.Provider, provider), budget);

    /// <inheritdoc/>
    public override Counter CounterAt(DateTimeOffset now)
    {
        var current = Volatile.Read(ref _current);
        if (current is null || !current.Holds(now))
        {
            Volatile.Write(ref _current, current = PeriodCounter.Of(scope, budget.Period, now));
        }

        return current.Counter;
    }

    /// <inheritdoc/>
    /// <remarks>What a call costs is not known before; and one whose provider has spent its budget may go to another.</remarks>
    public override CounterTake TakeOf(long tokens, DateTimeOffset now) => new(CounterAt(now), 0, Provider is null ? Limit : MostCounted);

    /// <summary>The first day of the period of a counter; null where it has none.</summary>
    public DateOnly? FirstDayOf(Counter counter) =>
        counter.Until is { } until ? DateOnly.FromDateTime(BudgetPeriods.Of(budget.Period, until.AddTicks(-1)).From.UtcDateTime) : null;

    /// <summary>What was spent, of what <see cref="TakeOf"/> found.</summary>
    public static long SpentOf(in CounterState state) => state.Limit - state.Remaining;

    /// <summary>Whether so much is worth a warning.</summary>
    public bool IsWarned(long spent) => spent >= budget.WarnAt * Limit;

    /// <summary>True once in each period.</summary>
    public bool TryWarn(Counter counter) => !ReferenceEquals(Interlocked.Exchange(ref _warned, counter.Name), counter.Name);

    /// <summary>The counter of the next period, once, when that is about to begin; else null.</summary>
    public Counter? TryPrepare(Counter counter, DateTimeOffset now)
    {
        if (counter.Until is not { } until || until - now > s_ahead || Volatile.Read(ref _prepared) == counter.Name)
        {
            return null;
        }

        Volatile.Write(ref _prepared, counter.Name);
        return PeriodCounter.Of(scope, budget.Period, until).Counter;
    }

    private sealed record PeriodCounter(Counter Counter, DateTimeOffset From)
    {
        public static PeriodCounter Of(SpendingScope scope, BudgetPeriod period, DateTimeOffset now)
        {
            var (from, until) = BudgetPeriods.Of(period, now);
            return new(Counter.Total($"spent:{scope.Name}:{BudgetPeriods.NameOf(period, now)}", until), from);
        }

        public bool Holds(DateTimeOffset now) => now >= From && !(now >= Counter.Until);
    }
}
