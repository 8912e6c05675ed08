using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Models;

/// <summary>The sizes of a Llama-shaped model, each checked to be sane.</summary>
internal sealed record LlamaShape
{
    private const int MostWidth = 1 << 18;

    public required int Layers { get; init; }

    public required int Width { get; init; }

    public required int HiddenWidth { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    /// <summary>Values in a head's query, key and value.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>How many of a head's values are rotated.</summary>
    public required int RotatedWidth { get; init; }

    public required int ContextLength { get; init; }

    public required float NormEpsilon { get; init; }

    public required float RopeBase { get; init; }

    /// <summary>Positions are divided by this (linear rope scaling).</summary>
    public required float RopeScale { get; init; }

    public int QueryWidth => Heads * HeadWidth;

    public int KeyValueWidth => KeyValueHeads * HeadWidth;

    public static LlamaShape Read(GgufMetadata metadata)
    {
        var architecture = metadata.RequiredText("general.architecture");
        if (architecture != "llama")
        {
            throw new GgufFormatException($"the architecture '{architecture}' is not supported; 'llama' is");
        }

        if (metadata.Integer("llama.expert_count", 0, 1 << 20) is > 0)
        {
            throw new GgufFormatException("mixtures of experts are not supported");
        }

        var width = metadata.RequiredInteger("llama.embedding_length", 1, MostWidth);
        var heads = metadata.RequiredInteger("llama.attention.head_count", 1, 4096);
        var headWidth = HeadWidthOf(metadata, width, heads);
        var shape = new LlamaShape
        {
            Layers = metadata.RequiredInteger("llama.block_count", 1, 1024),
            Width = width,
            HiddenWidth = metadata.RequiredInteger("llama.feed_forward_length", 1, 1 << 20),
            Heads = heads,
            KeyValueHeads = metadata.Integer("llama.attention.head_count_kv", 1, heads) ?? heads,
            HeadWidth = headWidth,
            RotatedWidth = metadata.Integer("llama.rope.dimension_count", 2, headWidth) ?? headWidth,
            ContextLength = metadata.RequiredInteger("llama.context_length", 1, 1 << 24),
            NormEpsilon = metadata.Number("llama.attention.layer_norm_rms_epsilon", 0, 1) ?? throw GgufMetadata.Missing("llama.attention.layer_norm_rms_epsilon"),
            RopeBase = metadata.Number("llama.rope.freq_base", 1, 1e12f) ?? 10000f,
            RopeScale = RopeScaleOf(metadata),
        };
        shape.Check();
        return shape;
    }

    private static int HeadWidthOf(GgufMetadata metadata, int width, int heads)
    {
        var headWidth = metadata.Integer("llama.attention.key_length", 2, Attention.MostHeadWidth) ?? width / heads;
        var valueWidth = metadata.Integer("llama.attention.value_length", 2, Attention.MostHeadWidth) ?? headWidth;
        if (headWidth is < 2 or > Attention.MostHeadWidth || headWidth % 2 != 0)
        {
            throw new GgufFormatException($"heads of {headWidth} values are not supported; an even number up to {Attention.MostHeadWidth} is");
        }

        return valueWidth == headWidth
            ? headWidth
            : throw new GgufFormatException($"values of {valueWidth} beside keys of {headWidth} are not supported");
    }

    private static float RopeScaleOf(GgufMetadata metadata) => metadata.Text("llama.rope.scaling.type") switch
    {
        null or "none" or "" => 1,
        "linear" => metadata.Number("llama.rope.scaling.factor", 1e-3f, 1e6f) ?? 1,
        var other => throw new GgufFormatException($"the rope scaling '{other}' is not supported; 'linear' and the factors of Llama 3 are"),
    };

    private void Check()
    {
        if (Heads % KeyValueHeads != 0)
        {
            throw new GgufFormatException($"{Heads} heads cannot share {KeyValueHeads} key-value heads evenly");
        }

        if (RotatedWidth % 2 != 0)
        {
            throw new GgufFormatException($"llama.rope.dimension_count is {RotatedWidth}; it must be even");
        }

        if (QueryWidth > MostWidth)
        {
            throw new GgufFormatException($"{Heads} heads of {HeadWidth} values are too many");
        }
    }
}
