namespace Switchboard.Gateway.Configuration;

/// <summary>What becomes of limits while the shared state is away.</summary>
public enum UnavailableHandling
{
    /// <summary>Each gateway counts for itself: several together may let through as many times the limit.</summary>
    Local,

    /// <summary>Calls that have limits are refused with 503.</summary>
    Refuse,
}
