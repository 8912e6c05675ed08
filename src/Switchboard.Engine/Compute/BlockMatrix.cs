namespace Switchboard.Engine.Compute;

/// <summary>Quantised weights in blocks of 32 columns, each with its 16 rows' scales first; computed with 8-bit activations.</summary>
/// <param name="rows">Rows of the matrix.</param>
/// <param name="columns">Columns; whole blocks.</param>
/// <param name="blockBytes">How long a block of a group is, scales included.</param>
internal abstract unsafe class BlockMatrix(int rows, int columns, int blockBytes) : Matrix(rows, columns)
{
    private readonly NativeBuffer<byte> _data =
        new((long)((rows + GroupRows - 1) / GroupRows) * (columns / Activations.BlockLength) * blockBytes);

    public int Blocks { get; } = columns / Activations.BlockLength;

    public sealed override bool WantsIntegers => true;

    public sealed override long Bytes => _data.Length;

    public byte* Block(int group, int block) => _data.Data + (((long)group * Blocks) + block) * blockBytes;

    public sealed override void Dispose() => _data.Dispose();

    /// <summary>Puts the scale of a row's block in its place; returns where the group's words begin.</summary>
    protected int* SetScale(int row, int block, float scale)
    {
        var target = Block(row / GroupRows, block);
        ((float*)target)[row % GroupRows] = float.IsFinite(scale) ? scale : 0;
        return (int*)(target + (GroupRows * sizeof(float)));
    }
}
