using Switchboard.Engine.Compute.Kernels;

namespace Switchboard.Engine.Compute;

/// <summary>16-bit weights: 16 halves, one of each row of the group, for each column.</summary>
internal sealed unsafe class HalfMatrix(int rows, int columns) : Matrix(rows, columns)
{
    private readonly NativeBuffer<ushort> _data = new((long)((rows + GroupRows - 1) / GroupRows) * GroupRows * columns);

    public override bool WantsIntegers => false;

    public override long Bytes => _data.Length * sizeof(ushort);

    public ushort* Group(int group) => _data.Data + ((long)group * GroupRows * Columns);

    public void Set(int row, int column, ushort bits) => Group(row / GroupRows)[(column * GroupRows) + (row % GroupRows)] = bits;

    public override void Multiply(Activations input, int tokens, int first, int end, float* output, int stride) =>
        FloatKernels.Multiply(new HalfWeights(this), input, tokens, first, end, output, stride);

    public override void CopyRow(int row, float* output)
    {
        for (var column = 0; column < Columns; column++)
        {
            output[column] = (float)BitConverter.UInt16BitsToHalf(Group(row / GroupRows)[(column * GroupRows) + (row % GroupRows)]);
        }
    }

    public override void Dispose() => _data.Dispose();
}
