using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Routing.State;

/// <summary>What is known of a deployment now. It outlives configurations; calls of all of them meet in it.</summary>
/// <param name="name"><c>provider/model</c> as configured: few, so that it may be a label of a metric.</param>
/// <param name="provider">Its provider's health.</param>
internal sealed class DeploymentState(string name, ProviderHealth provider)
{
    // One word says that all is well: no bit of this, and few calls that wait for a sign of life.
    private const int MayBeAway = 1 << 30;
    private const int FewWaiting = 3;

    // Three times as long as 95 of 100 took, and never for less than somebody would notice.
    private const int MuchLonger = 3;
    private static readonly long s_leastSilence = TimeSpan.FromMilliseconds(100).Ticks;

    private int _watch = provider.IsDown ? MayBeAway : 0;
    private int _inFlight;
    private long _waitingSince;
    private long _coolingUntil;
    private readonly Lock _telling = new();
    private bool _isToldOpen;
    private bool _isRetired;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its provider's health.</summary>
    public ProviderHealth Provider => provider;

    /// <summary>When it is left alone for failing too often.</summary>
    public Breaker Breaker { get; } = new();

    /// <summary>How soon its streams begin.</summary>
    public FirstByteTimes OfStreams { get; } = new();

    /// <summary>How soon its answers in one piece come, which is when they are whole: a measure of its own.</summary>
    public FirstByteTimes OfWholes { get; } = new();

    /// <summary>The requests of the last minute; counted where there is a limit.</summary>
    public MinuteWindow Requests { get; } = new();

    /// <summary>The tokens of the last minute; counted where there is a limit.</summary>
    public MinuteWindow Tokens { get; } = new();

    /// <summary>How soon it answers calls of a kind.</summary>
    public FirstByteTimes TimesOf(bool streams) => streams ? OfStreams : OfWholes;

    /// <summary>How many calls it answers now.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Until when it asked to be left alone; 0 for never.</summary>
    public long CoolingUntil => Volatile.Read(ref _coolingUntil);

    /// <summary>Counts a call that begins, and waits for its answer.</summary>
    public void Enter(long now)
    {
        Interlocked.Increment(ref _inFlight);
        if ((Interlocked.Increment(ref _watch) & ~MayBeAway) == 1)
        {
            Volatile.Write(ref _waitingSince, now);
        }
    }

    /// <summary><see cref="Hear"/>, made once.</summary>
    public Action Heard => field ??= Hear;

    /// <summary>Takes a sign of life, such as the head of an answer: who still waits has no reason to think ill of it.</summary>
    public void Hear()
    {
        if ((Volatile.Read(ref _watch) & ~MayBeAway) != 0)
        {
            Interlocked.And(ref _watch, MayBeAway);
        }
    }

    /// <summary>Counts a call that has ended.</summary>
    /// <param name="wasHeard">It had a sign of life.</param>
    public void Leave(bool wasHeard)
    {
        Interlocked.Decrement(ref _inFlight);
        var watch = Volatile.Read(ref _watch);
        while (!wasHeard && (watch & ~MayBeAway) != 0)
        {
            var before = Interlocked.CompareExchange(ref _watch, watch - 1, watch);
            if (before == watch)
            {
                return;
            }

            watch = before;
        }
    }

    /// <summary>Mostly true, and then it is <see cref="Standing.Well"/>: one read.</summary>
    public bool IsCalm => _watch < FewWaiting;

    /// <summary>Whether a call may go to it.</summary>
    public Standing StandingAt(long now, BreakerSettings settings)
    {
        var watch = Volatile.Read(ref _watch);
        return (watch & MayBeAway) != 0 && !IsBack(now, settings) ? Standing.Away
            : (watch & ~MayBeAway) >= FewWaiting && IsSilent(now) ? Standing.Silent
            : Standing.Well;
    }

    /// <summary>Lets the next choice look closer; when its provider is down, or is not any more.</summary>
    public void Reconsider() => Interlocked.Or(ref _watch, MayBeAway);

    /// <summary>Counts a call that was answered.</summary>
    public BreakerChange Succeeded(long now, bool isTrial, BreakerSettings settings) => Breaker.Succeeded(now, isTrial, settings);

    /// <summary>Counts a call that failed.</summary>
    public BreakerChange Failed(long now, bool isTrial, BreakerSettings settings)
    {
        var change = Breaker.Failed(now, isTrial, settings);
        if (Breaker.IsOpen)
        {
            Reconsider();
        }

        return change;
    }

    /// <summary>Leaves it alone until a time; never less long than is known already.</summary>
    public void CoolUntil(long until)
    {
        var known = CoolingUntil;
        while (until > known)
        {
            var before = Interlocked.CompareExchange(ref _coolingUntil, until, known);
            if (before == known)
            {
                Reconsider();
                return;
            }

            known = before;
        }
    }

    /// <summary>Tells of a change of its breaker.</summary>
    public void Tell(BreakerChange change)
    {
        if (change == BreakerChange.None)
        {
            return;
        }

        lock (_telling)
        {
            // As it stands now: changes may be told out of their order. And a call of a configuration that is gone may still end.
            TellOpen(Breaker.IsOpen && !_isRetired);
        }
    }

    /// <summary>No configuration has it any more: nobody shall be told of its breaker for ever.</summary>
    public void Retire()
    {
        lock (_telling)
        {
            _isRetired = true;
            TellOpen(false);
        }
    }

    private void TellOpen(bool isOpen)
    {
        if (isOpen != _isToldOpen)
        {
            _isToldOpen = isOpen;
            GatewayTelemetry.OpenBreakers.Add(isOpen ? 1 : -1, new KeyValuePair<string, object?>("deployment", name));
        }
    }

    private bool IsBack(long now, BreakerSettings settings)
    {
        if (IsAway(now))
        {
            return !provider.IsDown && CoolingUntil <= now && Breaker.Admits(now, settings);
        }

        // All is over. Who opens or cools it in this very moment is seen by the second look, or writes after it.
        Interlocked.And(ref _watch, ~MayBeAway);
        if (IsAway(now))
        {
            Reconsider();
            return false;
        }

        return true;
    }

    // Nobody knows of one that has answered too little how long it takes.
    private bool IsSilent(long now)
    {
        var usual = Math.Max(OfStreams.Slow, OfWholes.Slow);
        return usual > 0 && now - Volatile.Read(ref _waitingSince) > Math.Max(MuchLonger * usual, s_leastSilence);
    }

    private bool IsAway(long now) => provider.IsDown || Breaker.IsOpen || CoolingUntil > now;
}

/// <summary>What a deployment is to a choice.</summary>
internal enum Standing
{
    /// <summary>A call may go to it.</summary>
    Well,

    /// <summary>Several calls wait for it, much longer than they used to, and nothing was heard of it since: others come first.</summary>
    Silent,

    /// <summary>It is left alone: its breaker is open, it asked for that, or its provider is down.</summary>
    Away,
}
