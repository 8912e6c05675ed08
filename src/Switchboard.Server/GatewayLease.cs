namespace Switchboard.Server;

/// <summary>A hold on the configuration that was current when a request began; the request stays with it to its end. Given back once.</summary>
/// <param name="runtime">Who gave it.</param>
/// <param name="gateway">What is held.</param>
internal readonly struct GatewayLease(GatewayRuntime runtime, GatewayGeneration gateway) : IDisposable
{
    /// <summary>What is held.</summary>
    public GatewayGeneration Gateway => gateway;

    /// <summary>Gives it back.</summary>
    public void Dispose() => runtime.Release(gateway);
}
