using Switchboard.Engine.Compute;

namespace Switchboard.Engine.Models;

/// <summary>What a loop computes with: threads, memory for keys and values, and the buffers of a step; sized to model, options and machine.</summary>
internal sealed class EngineResources : IDisposable
{
    /// <summary>Below this the threads would wait for each other longer than they compute.</summary>
    private const long TinyModelBytes = 48 << 20;

    private const int LeastContext = 2048;

    private readonly WorkerPool _workers;

    public EngineResources(LlamaWeights weights, InferenceOptions options)
    {
        Threads = ChooseThreads(weights, options);
        Chunk = ChooseChunk(weights, options);
        var layout = new KeyValueLayout(weights.Shape);
        var capacity = ChoosePages(weights.Shape.ContextLength, layout, options);
        ContextLength = Math.Min(weights.Shape.ContextLength, capacity * KeyValueLayout.Positions);
        Pool = new KeyValuePool(layout, capacity);
        Batch = new Batch(Chunk + options.MaxConcurrentSequences);
        _workers = new WorkerPool(Threads);
        Forward = new ForwardPass(weights, layout, _workers, Batch.Capacity, options.MaxConcurrentSequences);
    }

    public int Threads { get; }

    /// <summary>Prompt tokens in a step.</summary>
    public int Chunk { get; }

    public int ContextLength { get; }

    public KeyValuePool Pool { get; }

    public Batch Batch { get; }

    public ForwardPass Forward { get; }

    public void Dispose()
    {
        _workers.Dispose();
        Forward.Dispose();
        Pool.Dispose();
    }

    private static int ChooseThreads(LlamaWeights weights, InferenceOptions options)
    {
        if (options.Threads > 0)
        {
            return options.Threads;
        }

        return weights.Bytes < TinyModelBytes ? 1 : Math.Max(1, Environment.ProcessorCount - 1);
    }

    /// <summary>A step should take a fraction of a second: the more weights, the fewer tokens.</summary>
    private static int ChooseChunk(LlamaWeights weights, InferenceOptions options) =>
        options.PrefillChunk > 0 ? options.PrefillChunk : (int)Math.Clamp(32_000_000_000 / weights.ParameterCount, 32, 256);

    private static int ChoosePages(int contextLength, KeyValueLayout layout, InferenceOptions options)
    {
        var wanted = (long)KeyValueLayout.PagesFor(contextLength) * options.MaxConcurrentSequences;
        var bytes = options.KeyValueMemory > 0 ? options.KeyValueMemory : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8;
        var least = KeyValueLayout.PagesFor(Math.Min(contextLength, LeastContext));
        return (int)Math.Clamp(Math.Min(wanted, bytes / layout.PageBytes), least, int.MaxValue / KeyValueLayout.Positions);
    }
}
