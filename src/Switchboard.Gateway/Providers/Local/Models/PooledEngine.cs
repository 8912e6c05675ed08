using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Models;

/// <summary>A model in memory, or on its way there. The pool guards <see cref="Users"/> and <see cref="UsedAt"/>.</summary>
internal sealed class PooledEngine : IAsyncDisposable
{
    private readonly Lazy<Task<InferenceEngine>> _engine;

    public PooledEngine(LocalModel model, InferenceOptions options)
    {
        Model = model;

        // Reading the weights is work for a processor: it must not hold up the thread that serves a request.
        _engine = new Lazy<Task<InferenceEngine>>(() => Task.Run(() => new InferenceEngine(LanguageModel.Load(model.Path), options)));
    }

    /// <summary>The model's file.</summary>
    public LocalModel Model { get; }

    /// <summary>How many requests use it now.</summary>
    public int Users { get; set; }

    /// <summary>When it was last given back.</summary>
    public long UsedAt { get; set; }

    /// <summary>True when loading failed.</summary>
    public bool HasFailed => _engine is { IsValueCreated: true, Value: { IsCompleted: true, IsCompletedSuccessfully: false } };

    /// <summary>How many sequences it decodes now.</summary>
    public int ActiveSequences => _engine is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? Loaded.ActiveSequences : 0;

    // Only where the task has ended well: reading it waits for nothing.
#pragma warning disable RS0030
    private InferenceEngine Loaded => _engine.Value.Result;
#pragma warning restore RS0030

    /// <summary>Loads the model once, whoever asks first.</summary>
    public Task<InferenceEngine> LoadAsync() => _engine.Value;

    /// <summary>Ends its generations and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_engine.IsValueCreated)
        {
            return;
        }

        try
        {
            var engine = await _engine.Value;
            await engine.DisposeAsync();
            engine.Model.Dispose();
        }
        catch (ModelFileException)
        {
            // It never came to be; whoever asked for it was told.
        }
    }
}
