using Microsoft.Extensions.Logging;
using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Models;

/// <summary>
/// The language models that are in memory. A model is loaded when first asked for and stays; when another needs the
/// room, the one that was unused longest goes, never one that is in use.
/// </summary>
internal sealed partial class EnginePool(long memory, InferenceOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PooledEngine> _engines = new(StringComparer.Ordinal);

    /// <summary>How many sequences are being decoded now.</summary>
    public int ActiveSequences
    {
        get
        {
            lock (_gate)
            {
                return _engines.Values.Sum(engine => engine.ActiveSequences);
            }
        }
    }

    /// <summary>The engine of a model, loaded where it is not; it stays until the lease is returned.</summary>
    /// <exception cref="ModelFileException">The file cannot be used after all.</exception>
    public async ValueTask<EngineLease> RentAsync(LocalModel model, CancellationToken cancellationToken)
    {
        var engine = Take(model, out var evicted);
        foreach (var other in evicted)
        {
            await other.DisposeAsync();
        }

        try
        {
            return new EngineLease(this, engine, await engine.LoadAsync().WaitAsync(cancellationToken));
        }
        catch
        {
            Return(engine);
            throw;
        }
    }

    /// <summary>Ends all generations and frees all models.</summary>
    public async ValueTask DisposeAsync()
    {
        PooledEngine[] engines;
        lock (_gate)
        {
            engines = [.. _engines.Values];
            _engines.Clear();
        }

        foreach (var engine in engines)
        {
            await engine.DisposeAsync();
        }
    }

    /// <summary>Gives a lease back.</summary>
    internal void Return(PooledEngine engine)
    {
        lock (_gate)
        {
            engine.Users--;
            engine.UsedAt = time.GetTimestamp();
            if (engine.HasFailed && engine.Users == 0)
            {
                // The file may be mended meanwhile: the next request tries again.
                _engines.Remove(engine.Model.Path);
            }
        }
    }

    private PooledEngine Take(LocalModel model, out List<PooledEngine> evicted)
    {
        evicted = [];
        lock (_gate)
        {
            if (_engines.TryGetValue(model.Path, out var engine) && engine.Model.Fingerprint != model.Fingerprint && engine.Users == 0)
            {
                Remove(engine, evicted);
                engine = null;
            }

            if (engine is null)
            {
                MakeRoom(model.Length, evicted);
                engine = new PooledEngine(model, options);
                _engines.Add(model.Path, engine);
                Log.Loading(logger, model.Name, model.Path);
            }

            engine.Users++;
            return engine;
        }
    }

    private void MakeRoom(long needed, List<PooledEngine> evicted)
    {
        while (_engines.Values.Sum(engine => engine.Model.Length) + needed > memory
            && _engines.Values.Where(engine => engine.Users == 0).MinBy(engine => engine.UsedAt) is { } oldest)
        {
            Remove(oldest, evicted);
        }
    }

    private void Remove(PooledEngine engine, List<PooledEngine> evicted)
    {
        _engines.Remove(engine.Model.Path);
        evicted.Add(engine);
        Log.Unloading(logger, engine.Model.Name);
    }

    private static partial class Log
    {
        [LoggerMessage(1910, LogLevel.Information, "Loading the model {Model} from {File}.")]
        public static partial void Loading(ILogger logger, string model, string file);

        [LoggerMessage(1911, LogLevel.Information, "Unloading the model {Model} to make room.")]
        public static partial void Unloading(ILogger logger, string model);
    }
}
