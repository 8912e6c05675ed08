using Switchboard.Engine.Compute;
using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Models;

/// <summary>The weights of a Llama-shaped model, laid out for computing.</summary>
internal sealed class LlamaWeights : IDisposable
{
    private LlamaWeights(LlamaShape shape, Matrix embedding)
    {
        Shape = shape;
        Embedding = embedding;
        Layers = new LlamaLayer[shape.Layers];
    }

    public LlamaShape Shape { get; }

    public Matrix Embedding { get; }

    public LlamaLayer[] Layers { get; }

    public NativeBuffer<float> OutputNorm { get; private set; } = null!;

    /// <summary>The embedding itself where the file has no output matrix of its own.</summary>
    public Matrix Output { get; private set; } = null!;

    /// <summary>Divisors of the rotation frequencies (Llama 3), one a pair of values.</summary>
    public NativeBuffer<float>? RopeFactors { get; private set; }

    public int VocabularySize => Embedding.Rows;

    public long ParameterCount { get; private set; }

    public long Bytes { get; private set; }

    public static LlamaWeights Load(GgufFile file, LlamaShape shape, int vocabularySize)
    {
        var loader = new TensorLoader(file);
        var weights = new LlamaWeights(shape, loader.Matrix("token_embd.weight", vocabularySize, shape.Width));
        try
        {
            weights.OutputNorm = loader.Vector("output_norm.weight", shape.Width);
            weights.Output = loader.Has("output.weight")
                ? loader.Matrix("output.weight", vocabularySize, shape.Width)
                : weights.Embedding;
            weights.RopeFactors = loader.Has("rope_freqs.weight") ? loader.Vector("rope_freqs.weight", shape.RotatedWidth / 2) : null;
            for (var i = 0; i < shape.Layers; i++)
            {
                weights.Layers[i] = LlamaLayer.Load(loader, shape, i);
            }

            loader.CheckAllUsed();
            weights.ParameterCount = loader.Elements;
            weights.Bytes = loader.Bytes;
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Embedding.Dispose();
        OutputNorm?.Dispose();
        Output?.Dispose();
        RopeFactors?.Dispose();
        foreach (var layer in Layers)
        {
            layer?.Dispose();
        }
    }
}

/// <summary>The weights of one layer.</summary>
internal sealed class LlamaLayer : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    private LlamaLayer()
    {
    }

    public NativeBuffer<float> AttentionNorm { get; private set; } = null!;

    public Matrix Query { get; private set; } = null!;

    public Matrix Key { get; private set; } = null!;

    public Matrix Value { get; private set; } = null!;

    public Matrix AttentionOutput { get; private set; } = null!;

    public NativeBuffer<float> HiddenNorm { get; private set; } = null!;

    public Matrix Gate { get; private set; } = null!;

    public Matrix Up { get; private set; } = null!;

    public Matrix Down { get; private set; } = null!;

    public static LlamaLayer Load(TensorLoader loader, LlamaShape shape, int index)
    {
        var layer = new LlamaLayer();
        try
        {
            layer.Load(loader, shape, $"blk.{index}.");
            return layer;
        }
        catch
        {
            layer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }
    }

    private void Load(TensorLoader loader, LlamaShape shape, string prefix)
    {
        AttentionNorm = Own(loader.Vector($"{prefix}attn_norm.weight", shape.Width));
        Query = Own(loader.Matrix($"{prefix}attn_q.weight", shape.QueryWidth, shape.Width));
        Key = Own(loader.Matrix($"{prefix}attn_k.weight", shape.KeyValueWidth, shape.Width));
        Value = Own(loader.Matrix($"{prefix}attn_v.weight", shape.KeyValueWidth, shape.Width));
        AttentionOutput = Own(loader.Matrix($"{prefix}attn_output.weight", shape.Width, shape.QueryWidth));
        HiddenNorm = Own(loader.Vector($"{prefix}ffn_norm.weight", shape.Width));
        Gate = Own(loader.Matrix($"{prefix}ffn_gate.weight", shape.HiddenWidth, shape.Width));
        Up = Own(loader.Matrix($"{prefix}ffn_up.weight", shape.HiddenWidth, shape.Width));
        Down = Own(loader.Matrix($"{prefix}ffn_down.weight", shape.Width, shape.HiddenWidth));
    }

    private T Own<T>(T weights)
        where T : IDisposable
    {
        _owned.Add(weights);
        return weights;
    }
}
