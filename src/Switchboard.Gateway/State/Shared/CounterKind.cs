namespace Switchboard.Gateway.State.Shared;

/// <summary>How a counter counts.</summary>
public enum CounterKind
{
    /// <summary>What there was in the last minute, hour or day.</summary>
    Window,

    /// <summary>What runs now.</summary>
    Concurrent,

    /// <summary>What there was at all, in a period that its name tells.</summary>
    Total,
}
