using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.State;
using Switchboard.Gateway.State.Shared;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>
/// What is known of budgets beyond their counters: it tells the shared state what the ledger says was spent where that
/// knows nothing, and operators which budgets are nearly spent. One for all configurations.
/// </summary>
public sealed partial class BudgetBook : IDisposable
{
    /// <summary>How long a call waits for what the ledger says.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int MostShares = 1_000;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // A ledger lacks the last moment, and more where its rows wait on disk: it is asked again when they are written.
    private static readonly TimeSpan[] s_laterLooks = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)];

    private readonly ILedgerRecords _records;
    private readonly ISharedCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger<BudgetBook> _logger;
    private readonly ConcurrentDictionary<Counter, Telling> _tellings = new();
    private readonly ConcurrentDictionary<(SpendingScope Scope, string Period), Share> _shares = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly Meter _meter = new(GatewayTelemetry.Name);

    /// <summary>An empty book.</summary>
    /// <param name="records">The ledger.</param>
    /// <param name="counters">The counters of the budgets.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told of budgets that are nearly spent, and of a ledger that cannot be read.</param>
    public BudgetBook(ILedgerRecords records, ISharedCounters counters, TimeProvider time, ILogger<BudgetBook> logger)
    {
        (_records, _counters, _time, _logger) = (records, counters, time, logger);
        _stopped = _stopping.Token;
        _meter.CreateObservableGauge("switchboard.budget.spent_ratio", Observe, "1", "The share of a budget that is spent, by scope, id and period; of the first 1000 budgets.");
    }

    /// <summary>How budgets stand: by the counters, or by the ledger where those know nothing.</summary>
    /// <param name="budgets">The budgets, each with whose it is and what people call them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RecordsException">The ledger cannot be read.</exception>
    public async Task<IReadOnlyList<BudgetStanding>> ReadAsync(IEnumerable<(SpendingScope Scope, string Name, Budget Budget)> budgets, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var standings = new List<BudgetStanding>();
        foreach (var some in budgets.Chunk(CounterTake.Most))
        {
            var rules = Array.ConvertAll(some, one => BudgetRule.Of(one.Scope, one.Budget));
            var takes = Array.ConvertAll(rules, rule => new CounterTake(rule.CounterAt(now), 0, LimitRule.MostCounted));
            var states = await _counters.PeekAsync(takes);
            for (var i = 0; i < some.Length; i++)
            {
                var spent = states[i].IsUnknown ? await _records.SpentAsync(some[i].Scope, rules[i].FirstDayOf(takes[i].Counter), cancellationToken) : BudgetRule.SpentOf(states[i]);
                standings.Add(new(some[i].Scope, some[i].Name, some[i].Budget, spent, takes[i].Counter.Until));
            }
        }

        return standings;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _meter.Dispose();
    }

    /// <summary>Tells the store what was spent where it knows nothing, of all such budgets at once and together with all others who want that.</summary>
    /// <returns>False where the ledger did not say it in time; it is asked on.</returns>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    internal Task<bool> TellAsync(HeldLimits held, ReadOnlySpan<CounterState> states, CancellationToken cancellationToken)
    {
        var tellings = new List<Telling>();
        for (var i = 0; i < states.Length; i++)
        {
            if (states[i].IsUnknown && held.Rules[i] is BudgetRule rule)
            {
                var counter = held.Takes.Span[i].Counter;
                var telling = _tellings.GetOrAdd(counter, _ => new Telling(_time.GetTimestamp()));
                telling.StartOnce(() => AskAsync(rule, counter));
                tellings.Add(telling);
            }
        }

        return WaitAsync(tellings, cancellationToken);
    }

    private async Task<bool> WaitAsync(List<Telling> tellings, CancellationToken cancellationToken)
    {
        // Where somebody has waited long enough already nobody waits again for a ledger that is away.
        var all = Task.WhenAll(tellings.Select(telling => telling.Done));
        var left = Patience - tellings.Select(telling => _time.GetElapsedTime(telling.StartedAt)).DefaultIfEmpty().Max();
        if (all.IsCompleted || left <= TimeSpan.Zero)
        {
            return all.IsCompleted;
        }

        try
        {
            await all.WaitAsync(left, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Takes note of how the budgets of a call stand.</summary>
    /// <returns>The providers whose budgets are spent; null for none.</returns>
    internal SpentProviders? Note(HeldLimits held)
    {
        var rules = held.Rules;
        var states = held.States;
        var takes = held.Takes.Span;
        List<string>? spentProviders = null;
        TimeSpan? soonest = null;
        for (var i = 0; i < states.Length; i++)
        {
            if (rules[i] is not BudgetRule rule || states[i].IsUnknown)
            {
                continue;
            }

            var spent = BudgetRule.SpentOf(states[i]);
            Note(rule, takes[i].Counter, spent);
            if (rule.Provider is { } provider && spent >= rule.Limit)
            {
                (spentProviders ??= []).Add(provider);
                TimeSpan? ends = takes[i].Counter.Until - _time.GetUtcNow();
                soonest = soonest is null || ends < soonest ? ends ?? soonest : soonest;
            }
        }

        return spentProviders is null ? null : new SpentProviders(spentProviders, soonest);
    }

    private void Note(BudgetRule rule, Counter counter, long spent)
    {
        var key = (rule.Scope, rule.PeriodWord);
        if (_shares.TryGetValue(key, out var share) || (_shares.Count < MostShares && (share = _shares.GetOrAdd(key, _ => new Share())) is not null))
        {
            share.Set(rule.Limit > 0 ? (double)spent / rule.Limit : 1, counter.Until);
        }

        if (rule.IsWarned(spent) && rule.TryWarn(counter))
        {
            RateLimitingMetrics.Warned.Add(1, new("scope", rule.Owner.Kind), new("period", rule.PeriodWord));
            Log.NearlySpent(_logger, rule.Scope.Name, rule.PeriodWord, spent / (double)CallCost.NanoDollars, rule.Limit / (double)CallCost.NanoDollars);
        }

        if (rule.TryPrepare(counter, _time.GetUtcNow()) is { } next)
        {
            // Of a period that has not begun nothing is spent. If another knows better it is believed.
            _ = _counters.SeedAsync(next, 0).AsTask();
        }
    }

    private async Task AskAsync(BudgetRule rule, Counter counter)
    {
        var isTold = false;
        while (!_stopped.IsCancellationRequested && !(counter.Until <= _time.GetUtcNow()))
        {
            using var patience = new CancellationTokenSource(Patience, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopped);
            try
            {
                // Who saw an unknown counter just before another told it comes too late to ask.
                if ((await _counters.PeekAsync(new[] { new CounterTake(counter, 0, LimitRule.MostCounted) }))[0].IsUnknown)
                {
                    await SeedAsync(rule, counter, both.Token);
                    _ = LookAgainAsync(rule, counter);
                }

                break;
            }
            catch (Exception fault)
            {
                // The boundary of work that nobody's request carries.
                if (!isTold && !_stopped.IsCancellationRequested)
                {
                    isTold = true;
                    Log.NotRead(_logger, rule.Scope.Name, fault);
                }

                await Task.Delay(s_pause, _time, _stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _tellings.TryRemove(counter, out _);
    }

    private async Task SeedAsync(BudgetRule rule, Counter counter, CancellationToken cancellationToken) =>
        await _counters.SeedAsync(counter, await _records.SpentAsync(rule.Scope, rule.FirstDayOf(counter), cancellationToken));

    private async Task LookAgainAsync(BudgetRule rule, Counter counter)
    {
        foreach (var pause in s_laterLooks)
        {
            await Task.Delay(pause, _time, _stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopped.IsCancellationRequested || counter.Until <= _time.GetUtcNow())
            {
                return;
            }

            try
            {
                await SeedAsync(rule, counter, _stopped);
            }
            catch (Exception fault)
            {
                // The boundary of work that nobody's request carries: the next look is as good.
                Log.NotReadAgain(_logger, rule.Scope.Name, fault);
            }
        }
    }

    private IEnumerable<Measurement<double>> Observe()
    {
        var now = _time.GetUtcNow();
        foreach (var (key, share) in _shares)
        {
            if (share.Until <= now)
            {
                _shares.TryRemove(key, out _);
            }
            else
            {
                yield return new(share.Value, new("scope", key.Scope.Word), new("id", key.Scope.Id), new("period", key.Period));
            }
        }
    }

    private sealed class Telling(long startedAt)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _isStarted;

        public long StartedAt => startedAt;

        public Task Done => _done.Task;

        public void StartOnce(Func<Task> ask)
        {
            if (Interlocked.Exchange(ref _isStarted, 1) == 0)
            {
                // Never on the thread of a request: opening a database may take long.
                _ = Task.Run(async () =>
                {
                    await ask();
                    _done.SetResult();
                });
            }
        }
    }

    private sealed class Share
    {
        private double _value;
        private long _until = long.MaxValue;

        public double Value => Volatile.Read(ref _value);

        public DateTimeOffset Until => new(Math.Min(Volatile.Read(ref _until), DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

        public void Set(double value, DateTimeOffset? until)
        {
            Volatile.Write(ref _value, value);
            Volatile.Write(ref _until, until?.UtcTicks ?? long.MaxValue);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1600, LogLevel.Warning, "The budget of {Scope} for its {Period} is nearly spent: {Spent} of {Limit} dollars.")]
        public static partial void NearlySpent(ILogger logger, string scope, string period, double spent, double limit);

        [LoggerMessage(1601, LogLevel.Error, "What {Scope} has spent cannot be read from the ledger; its budget does not hold until it can.")]
        public static partial void NotRead(ILogger logger, string scope, Exception exception);

        [LoggerMessage(1602, LogLevel.Debug, "What {Scope} has spent could not be read again from the ledger.")]
        public static partial void NotReadAgain(ILogger logger, string scope, Exception exception);
    }
}
