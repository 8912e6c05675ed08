namespace Switchboard.Gateway.Routing.State;

/// <summary>What is known of a deployment now. It outlives configurations; calls of all of them meet in it.</summary>
/// <param name="name"><c>provider/model</c> as configured: few, so that it may be a label of a metric.</param>
/// <param name="provider">Its provider's health.</param>
internal sealed class DeploymentState(string name, ProviderHealth provider)
{
    private int _inFlight;
    private long _coolingUntil;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its provider's health.</summary>
    public ProviderHealth Provider => provider;

    /// <summary>When it is left alone for failing too often.</summary>
    public Breaker Breaker { get; } = new();

    /// <summary>How soon it answers.</summary>
    public FirstByteTimes Times { get; } = new();

    /// <summary>The requests of the last minute; counted where there is a limit.</summary>
    public MinuteWindow Requests { get; } = new();

    /// <summary>The tokens of the last minute; counted where there is a limit.</summary>
    public MinuteWindow Tokens { get; } = new();

    /// <summary>How many calls it answers now.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Until when it asked to be left alone; 0 for never.</summary>
    public long CoolingUntil => Volatile.Read(ref _coolingUntil);

    /// <summary>Counts a call that begins.</summary>
    public void Enter() => Interlocked.Increment(ref _inFlight);

    /// <summary>Counts a call that has ended.</summary>
    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Leaves it alone until a time; never less long than is known already.</summary>
    public void CoolUntil(long until)
    {
        var known = CoolingUntil;
        while (until > known)
        {
            var before = Interlocked.CompareExchange(ref _coolingUntil, until, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }
}
