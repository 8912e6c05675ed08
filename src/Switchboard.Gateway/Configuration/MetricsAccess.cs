namespace Switchboard.Gateway.Configuration;

/// <summary>Who may read <c>/metrics</c> (<c>server.metrics</c>).</summary>
public enum MetricsAccess
{
    /// <summary>Administrators; everybody where nobody is asked for a key.</summary>
    Admin,

    /// <summary>Everybody who reaches the gateway.</summary>
    Open,

    /// <summary>Nobody, and nothing is counted for it.</summary>
    Off,
}
