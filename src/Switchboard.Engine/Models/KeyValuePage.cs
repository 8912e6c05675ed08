using Switchboard.Engine.Compute;

namespace Switchboard.Engine.Models;

/// <summary>How keys and values of some positions lie in memory.</summary>
internal sealed class KeyValueLayout(LlamaShape shape)
{
    /// <summary>Positions in a page: four vectors of scores.</summary>
    public const int Positions = 64;

    /// <summary>A position's values of one head, filled up to whole vectors.</summary>
    public int ValueStride { get; } = (shape.HeadWidth + 15) / 16 * 16;

    public int HeadWidth { get; } = shape.HeadWidth;

    public int Heads { get; } = shape.KeyValueHeads;

    /// <summary>Keys, then values, of one head in one layer.</summary>
    public int HeadLength => Positions * (HeadWidth + ValueStride);

    public long PageLength => (long)shape.Layers * Heads * HeadLength;

    public long PageBytes => PageLength * sizeof(float);

    public static int PagesFor(int positions) => (positions + Positions - 1) / Positions;
}

/// <summary>
/// Keys and values of 64 neighbouring positions, all layers. Keys lie with the positions side by side, so that scores of 16 positions
/// are computed at once; values lie position by position.
/// </summary>
internal sealed unsafe class KeyValuePage(KeyValueLayout layout) : IDisposable
{
    private readonly NativeBuffer<float> _data = new(layout.PageLength);

    /// <summary>Sequences that read this page; only a full page is shared.</summary>
    public int Users { get; set; } = 1;

    /// <summary>Value d of position p is at <c>d * 64 + p</c>.</summary>
    public float* Keys(int layer, int head) => _data.Data + (((long)layer * layout.Heads) + head) * layout.HeadLength;

    /// <summary>Value d of position p is at <c>p * ValueStride + d</c>.</summary>
    public float* Values(int layer, int head) => Keys(layer, head) + (layout.HeadWidth * KeyValueLayout.Positions);

    public void CopyFrom(KeyValuePage source) =>
        Buffer.MemoryCopy(source._data.Data, _data.Data, layout.PageBytes, layout.PageBytes);

    public void Dispose() => _data.Dispose();
}
