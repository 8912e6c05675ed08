using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Draining;

/// <summary>How long the host may take to stop.</summary>
internal static class ShutdownTime
{
    // Beyond the drain itself, to close connections and models.
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(5);

    /// <summary>The time that a configuration asks for.</summary>
    public static TimeSpan For(ServerSettings server) => server.DrainTimeout + s_closing;
}
