using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Routing.State;

/// <summary>What is known of a deployment now. It outlives configurations; calls of all of them meet in it.</summary>
/// <param name="name"><c>provider/model</c> as configured: few, so that it may be a label of a metric.</param>
/// <param name="provider">Its provider's health.</param>
internal sealed class DeploymentState(string name, ProviderHealth provider)
{
    private int _inFlight;
    private long _coolingUntil;
    private volatile bool _mayBeAway = provider.IsDown;

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

    /// <summary>Counts a call that begins.</summary>
    public void Enter() => Interlocked.Increment(ref _inFlight);

    /// <summary>Counts a call that has ended.</summary>
    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Whether a call may go to it: it is not left alone, by whatever reason. Mostly one read.</summary>
    public bool IsWell(long now, BreakerSettings settings) => !_mayBeAway || LookCloser(now, settings);

    /// <summary>Lets the next choice look closer; when its provider is down, or is not any more.</summary>
    public void Reconsider() => _mayBeAway = true;

    /// <summary>Counts a call that was answered.</summary>
    public BreakerChange Succeeded(long now, bool isTrial, BreakerSettings settings) => Breaker.Succeeded(now, isTrial, settings);

    /// <summary>Counts a call that failed.</summary>
    public BreakerChange Failed(long now, bool isTrial, BreakerSettings settings)
    {
        var change = Breaker.Failed(now, isTrial, settings);
        if (Breaker.IsOpen)
        {
            _mayBeAway = true;
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
                _mayBeAway = true;
                return;
            }

            known = before;
        }
    }

    private bool LookCloser(long now, BreakerSettings settings)
    {
        if (IsAway(now))
        {
            return !provider.IsDown && CoolingUntil <= now && Breaker.Admits(now, settings);
        }

        // All is over. Who opens or cools it in this very moment is seen by the second look, or writes after it.
        _mayBeAway = false;
        Interlocked.MemoryBarrier();
        if (IsAway(now))
        {
            _mayBeAway = true;
            return false;
        }

        return true;
    }

    private bool IsAway(long now) => provider.IsDown || Breaker.IsOpen || CoolingUntil > now;
}
