using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Routing.State;
using Switchboard.Gateway.Telemetry;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Routing.Attempts;

/// <summary>
/// The way of one call from deployment to deployment: where it was, what it was told there, and where it goes next. The row
/// that was asked for decides all of it: its fallbacks are tried in their order, and theirs do not count.
/// </summary>
internal sealed class Walk
{
    private readonly GatewayCall _call;
    private readonly Destination _start;
    private readonly DeploymentStates _states;
    private readonly RoutingSettings _settings;
    private readonly Wishes _wishes;
    private IReadOnlyList<Destination> _list;
    private Destination _at;
    private DeploymentSet _tried;
    private List<Destination>? _visited;
    private GatewayError? _first;
    private GatewayError? _full;
    private int _inList;
    private int _sentInRow;
    private int _sent;
    private bool _isOver;
    private bool _isFree = true;
    private bool _takesUnwell;

    public Walk(GatewayCall call, Destination start, Wishes wishes, DeploymentStates states, RoutingSettings settings)
    {
        (_call, _start, _at, _states, _settings) = (call, start, start, states, settings);
        _list = start.Row.Fallbacks;
        _wishes = NeedsTraits(start)
            ? wishes with { Tokens = CallTraits.Tokens(call), Affinity = CallTraits.AffinityOf(call.Body.Span, start.Row.Settings.Sticky) }
            : wishes;
        start.Row.Budgets.Retries.Count(states.Now);
        start.Row.Budgets.Hedges.Count(states.Now);
    }

    /// <summary>The row that was asked for.</summary>
    public ModelRoute Row => _start.Row;

    /// <summary>How many attempts there may still be, this one among them: at least one.</summary>
    public int Left
    {
        get
        {
            var inRow = Math.Min(_at.Row.Settings.Attempts, _at.Row.Deployments.Length) - _sentInRow + 1;
            return Math.Max(1, inRow + _list.Count - _inList);
        }
    }

    /// <summary>What the caller is told in the end: what the first attempt was, or why there was none.</summary>
    public GatewayError Error => _first ?? _full ?? NoDeployment();

    /// <summary>Chooses the next deployment; false when the call has come to its end.</summary>
    public bool TryNext(out Claim claim)
    {
        while (!_isOver)
        {
            if (TryClaim(out claim))
            {
                return true;
            }

            if (!TryNextRow("unavailable") && !TryUnwell())
            {
                break;
            }
        }

        claim = default;
        return false;
    }

    /// <summary>Chooses a second deployment for an attempt beside the one that runs; false where there is none, or no budget.</summary>
    public bool TryHedge(out Claim claim)
    {
        claim = default;
        var now = _states.Now;
        if (_isOver || _call.Upload is not null || _sentInRow >= _at.Row.Settings.Attempts || Choose(now) < 0)
        {
            return false;
        }

        if (!_start.Row.Budgets.Hedges.TryTake(_settings.HedgeBudget, now))
        {
            CountRefusal("hedge");
            return false;
        }

        _isFree = true;
        if (!TryClaim(out claim))
        {
            return false;
        }

        GatewayTelemetry.Hedges.Add(1, new KeyValuePair<string, object?>("model", _start.Row.Name));
        _call.Watch?.Tell("switchboard.hedge", new KeyValuePair<string, object?>("switchboard.deployment", claim.Deployment.State.Name));
        return true;
    }

    /// <summary>Takes note of an attempt that failed: what it means for those that could follow.</summary>
    public void Note(Failure failure, GatewayError error)
    {
        if (_sentInRow == 0)
        {
            // Of two at the same time the other has moved the call on already.
            return;
        }

        if (failure is Failure.NoPlace or Failure.NoKey)
        {
            _full ??= error;
            _sent--;
            _sentInRow--;
            return;
        }

        _first ??= error;
        _isFree = false;
        switch (failure)
        {
            case Failure.OfRequest:
                _isOver = true;
                break;
            case Failure.ContextWindow:
                GoOn(_start.Row.ContextWindowFallbacks, "context_window");
                break;
            case Failure.ContentFilter:
                GoOn(_start.Row.ContentFilterFallbacks, "content_filter");
                break;
        }

        // What was sent in part cannot be sent again.
        _isOver |= _call.Upload is { IsBegun: true };
    }

    private static bool NeedsTraits(Destination start)
    {
        var row = start.Row;
        return row.Settings.Sticky != StickyBy.None || IsLimited(row)
            || IsLimited(row.Fallbacks) || IsLimited(row.ContextWindowFallbacks) || IsLimited(row.ContentFilterFallbacks);
    }

    private static bool IsLimited(IReadOnlyList<Destination> fallbacks)
    {
        for (var i = 0; i < fallbacks.Count; i++)
        {
            if (IsLimited(fallbacks[i].Row))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsLimited(ModelRoute row)
    {
        foreach (var deployment in row.Deployments)
        {
            if (deployment.Settings.TokensPerMinute is not null)
            {
                return true;
            }
        }

        return false;
    }

    private int Choose(long now) =>
        Selector.Choose(_at.Row, _at.Match, _wishes, _tried, now, _settings.Breaker, _takesUnwell);

    private bool TryClaim(out Claim claim)
    {
        var now = _states.Now;
        while (_sentInRow < _at.Row.Settings.Attempts && Choose(now) is >= 0 and var place)
        {
            if (!_isFree && !_start.Row.Budgets.Retries.TryTake(_settings.RetryBudget, now))
            {
                CountRefusal("retry");
                _isOver = true;
                break;
            }

            // Paid for, whatever comes of it.
            _isFree = true;
            _tried.Add(place);
            if (TryTake(_at.Row.Deployments[place], now, out claim))
            {
                _sent++;
                _sentInRow++;
                return true;
            }
        }

        claim = default;
        return false;
    }

    private bool TryTake(Deployment deployment, long now, out Claim claim)
    {
        var state = deployment.State;
        if (_takesUnwell)
        {
            state.Breaker.AllowTrial(now);
        }

        claim = default;
        if (!state.Breaker.TryBegin(now, _settings.Breaker, out var isTrial) && !_takesUnwell)
        {
            return false;
        }

        var (requests, tokens) = (deployment.Settings.RequestsPerMinute, deployment.Settings.TokensPerMinute);
        if (requests is { } mostRequests && !state.Requests.TryTake(1, mostRequests, now))
        {
            state.Breaker.Ended(isTrial);
            return false;
        }

        if (tokens is { } mostTokens && !state.Tokens.TryTake(_wishes.Tokens, mostTokens, now))
        {
            if (requests is not null)
            {
                state.Requests.Settle(-1, now, now);
            }

            state.Breaker.Ended(isTrial);
            return false;
        }

        claim = new Claim(deployment, deployment.ModelFor(_at.Match), isTrial, _wishes.Tokens, now);
        return true;
    }

    private void GoOn(IReadOnlyList<Destination> list, string reason)
    {
        (_list, _inList) = (list, 0);

        // Written down for this very case, and no storm: the one before cost next to nothing.
        _isFree = true;
        _isOver = !TryNextRow(reason);
    }

    private bool TryNextRow(string reason)
    {
        while (_inList < _list.Count)
        {
            var next = _list[_inList++];
            if (next != _start && _visited?.Contains(next) is not true)
            {
                (_visited ??= []).Add(next);
                (_at, _tried, _sentInRow) = (next, default, 0);
                GatewayTelemetry.Fallbacks.Add(1, new("model", _start.Row.Name), new("reason", reason));
                _call.Watch?.Tell("switchboard.fallback", new("switchboard.fallback.from", _start.Row.Name), new("switchboard.fallback.to", next.Row.Name), new("switchboard.fallback.reason", reason));
                return true;
            }
        }

        return false;
    }

    // Nobody was asked, for all are left alone: one of them is worth a try before the caller is sent away.
    private bool TryUnwell()
    {
        if (_takesUnwell || _sent > 0 || (_first ?? _full) is not null)
        {
            return false;
        }

        _takesUnwell = true;
        (_list, _inList, _at, _tried, _sentInRow) = (_start.Row.Fallbacks, 0, _start, default, 0);
        _visited = null;
        return true;
    }

    private void CountRefusal(string kind) =>
        GatewayTelemetry.BudgetRefusals.Add(1, new("model", _start.Row.Name), new("kind", kind));

    private GatewayError NoDeployment()
    {
        TimeSpan? soonest = null;
        var (isPermitted, isAllowed, isPaid, now) = (false, false, false, _states.Now);
        foreach (var deployment in _start.Row.Deployments)
        {
            isPermitted |= _wishes.Permit(deployment);
            if (!_wishes.Want(deployment, _start.Match))
            {
                continue;
            }

            isAllowed = true;
            if (!_wishes.CanPay(deployment))
            {
                continue;
            }

            isPaid = true;
            if ((deployment.Operations & Deployment.Bit(_call.Operation)) != 0)
            {
                var wait = deployment.UntilRoom(_wishes.Tokens, now);
                soonest = wait < (soonest ?? TimeSpan.MaxValue) ? wait : soonest;
            }
        }

        return !isPermitted ? AccessErrors.NoProvider(_call.Facts.Model)
            : !isAllowed ? NotAllowed()
            : !isPaid ? LimitErrors.ProvidersSpent(_call.Facts.Model, _wishes.Spent!.RetryIn)
            : soonest is null ? Incapable(_call, _start.Row.First.Provider.Name)
            : new GatewayError(429, new ErrorBody($"All deployments of the model '{_start.Row.Name}' have reached their limits of a minute (rpm, tpm).", ErrorTypes.RateLimit, null, "rate_limit_exceeded"), soonest);
    }

    private GatewayError NotAllowed() => GatewayError.InvalidRequest(
        $"No deployment of the model '{RequestFaults.Shorten(_call.Facts.Model)}' is what the request asks for ({string.Join(", ", Asked())}).",
        null,
        "no_such_deployment");

    private IEnumerable<string> Asked()
    {
        if (_call.Tags.Count > 0)
        {
            yield return $"x-switchboard-tags: {string.Join(',', _call.Tags)}";
        }

        if (_call.Provider is { } provider)
        {
            yield return $"x-switchboard-provider: {RequestFaults.Shorten(provider)}";
        }

        if (_call.Deployment is { } deployment)
        {
            yield return $"x-switchboard-deployment: {RequestFaults.Shorten(deployment)}";
        }
    }

    /// <summary>A provider that does not have what is asked for.</summary>
    public static GatewayError Incapable(GatewayCall call, string provider) => call.Operation == ApiOperation.Other
        ? GatewayError.InvalidRequest($"The provider '{provider}' does not have {call.Method} /{call.Path}.", null, "unsupported_operation")
        : GatewayError.InvalidRequest($"The provider '{provider}' of this model does not offer {OperationProfile.Of(call.Operation).Words}.", "model", "unsupported_operation");
}
