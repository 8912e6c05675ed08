using System.Runtime.CompilerServices;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>
/// Limits and budgets: takes from all that hold for a call at once, in one question to the shared state, or sends it away.
/// What was taken is set right when the call's row is made. A call that has none costs nothing.
/// </summary>
internal sealed class RateLimitingStage(GatewayConfiguration configuration, ISharedCounters counters, BudgetBook? budgets, TimeProvider time) : IGatewayStage
{
    private const int MostTries = 3;

    private readonly SettingRules _settings = new(configuration);
    private readonly bool _refuseUnknown = configuration.Limits.WhenUnavailable == UnavailableHandling.Refuse;

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var scopes = ScopeRules.Of(call.Caller);
        if (_settings.IsEmpty && scopes.Rules.Length == 0 && scopes.Models.Length == 0)
        {
            return next(call, cancellationToken);
        }

        var rules = Collect(call, scopes);
        return rules.Length == 0 ? next(call, cancellationToken) : HoldAsync(call, HeldLimits.Of(rules, call, time.GetUtcNow()), next, cancellationToken);
    }

    private LimitRule[] Collect(GatewayCall call, ScopeRules scopes)
    {
        if (_settings.IsEmpty && scopes.Models.Length == 0)
        {
            return scopes.Rules;
        }

        var model = call.MeantModel;
        var all = new List<LimitRule>(scopes.Rules);
        foreach (var limits in scopes.Models)
        {
            all.AddRange(limits.Of(model));
        }

        _settings.Add(all, call, model);
        return [.. all];
    }

    // Pooled: every call of a caller with limits goes through it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GatewayOutcome> HoldAsync(GatewayCall call, HeldLimits held, GatewayStep next, CancellationToken cancellationToken)
    {
        var reserving = counters.ReserveAsync(held.Takes);
        var started = reserving.IsCompleted ? 0 : time.GetTimestamp();
        var reservation = await reserving;
        if (reservation.Outcome == ReserveOutcome.Unseeded)
        {
            (held, reservation) = await TellAsync(held, reservation, cancellationToken);
        }

        if (started != 0)
        {
            call.Timings.Add("limits", time.GetElapsedTime(started));
        }

        held.Hold(reservation);
        call.Limits = held;
        call.SpentProviders = budgets?.Note(held);
        if (reservation.Outcome != ReserveOutcome.Granted)
        {
            return GatewayOutcome.Failed(Refuse(call, held, reservation));
        }

        if (call.Account is not null)
        {
            // Set right when its row is made.
            return await next(call, cancellationToken);
        }

        try
        {
            return await next(call, cancellationToken);
        }
        finally
        {
            held.Settle(call);
        }
    }

    // The store knows nothing of some budgets: it is told, once for all who wait for that.
    private async Task<(HeldLimits Held, Reservation Reservation)> TellAsync(HeldLimits held, Reservation reservation, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries && reservation.Outcome == ReserveOutcome.Unseeded; tries++)
        {
            if (budgets is null || !await budgets.TellAsync(held, reservation.States, cancellationToken))
            {
                break;
            }

            reservation = await counters.ReserveAsync(held.Takes);
        }

        while (reservation.Outcome == ReserveOutcome.Unseeded && !_refuseUnknown)
        {
            RateLimitingMetrics.Unknown.Add(1, new KeyValuePair<string, object?>("handling", "let_through"));
            held = held.Without(reservation.States);
            reservation = await counters.ReserveAsync(held.Takes);
        }

        return (held, reservation);
    }

    private GatewayError Refuse(GatewayCall call, HeldLimits held, Reservation reservation)
    {
        var by = reservation.RefusedBy;
        if (reservation.Outcome == ReserveOutcome.Refused && by >= 0)
        {
            var rule = held.Rules[by];
            NoteRefusal(call, rule.Owner.Kind, RateLimitingMetrics.WordOf(rule));
            return LimitErrors.Refused(rule, reservation.Takes[by], reservation.States[by], time.GetUtcNow());
        }

        if (reservation.Outcome == ReserveOutcome.Unseeded)
        {
            RateLimitingMetrics.Unknown.Add(1, new KeyValuePair<string, object?>("handling", "refused"));
        }

        NoteRefusal(call, "all", "unavailable");
        return LimitErrors.Unavailable(reservation.RetryIn > TimeSpan.Zero ? reservation.RetryIn : BudgetBook.Patience);
    }

    private static void NoteRefusal(GatewayCall call, string scope, string limit)
    {
        RateLimitingMetrics.Refused.Add(1, new("scope", scope), new("limit", limit));
        call.Watch?.Tell("switchboard.limit", new("switchboard.limit.scope", scope), new("switchboard.limit.kind", limit));
    }
}
