using Switchboard.Engine.Compute.Kernels;

namespace Switchboard.Engine.Compute;

/// <summary>32-bit weights: 16 floats, one of each row of the group, for each column.</summary>
internal sealed unsafe class FloatMatrix(int rows, int columns) : Matrix(rows, columns)
{
    private readonly NativeBuffer<float> _data = new((long)((rows + GroupRows - 1) / GroupRows) * GroupRows * columns);

    public override bool WantsIntegers => false;

    public override long Bytes => _data.Length * sizeof(float);

    public float* Group(int group) => _data.Data + ((long)group * GroupRows * Columns);

    public void Set(int row, int column, float value) => Group(row / GroupRows)[(column * GroupRows) + (row % GroupRows)] = value;

    public override void Multiply(Activations input, int tokens, int first, int end, float* output, int stride) =>
        FloatKernels.Multiply(new FloatWeights(this), input, tokens, first, end, output, stride);

    public override void CopyRow(int row, float* output)
    {
        for (var column = 0; column < Columns; column++)
        {
            output[column] = Group(row / GroupRows)[(column * GroupRows) + (row % GroupRows)];
        }
    }

    public override void Dispose() => _data.Dispose();
}
