using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Models;

/// <summary>The use of an engine; it is not unloaded before the lease is returned.</summary>
internal readonly struct EngineLease(EnginePool pool, PooledEngine pooled, InferenceEngine engine) : IDisposable
{
    /// <summary>The engine.</summary>
    public InferenceEngine Engine => engine;

    /// <summary>Returns it. Once.</summary>
    public void Dispose() => pool.Return(pooled);
}
