namespace Switchboard.Engine.Gguf;

/// <summary>Where a tensor lies. <paramref name="Columns"/> is the contiguous dimension; the others are folded into <paramref name="Rows"/>.</summary>
internal sealed record GgufTensor(string Name, uint Type, long Columns, long Rows, int Dimensions, ulong Offset)
{
    public long Elements => Columns * Rows;

    public string Shape => Dimensions == 1 ? $"[{Columns}]" : $"[{Columns}, {Rows}]";
}
