using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Switchboard.Engine.Compute.Kernels;

namespace Switchboard.Engine.Compute;

/// <summary>
/// 8-bit weights in blocks of 32 columns with one scale (Q8_0). A block of a group is 16 scales, then eight 64-byte words:
/// word i has columns 4i to 4i+3 of each of the 16 rows.
/// </summary>
internal sealed unsafe class Q8Matrix(int rows, int columns) : BlockMatrix(rows, columns, BlockBytes)
{
    /// <summary>16 scales and 16 x 32 weights.</summary>
    public const int BlockBytes = (GroupRows * sizeof(float)) + (GroupRows * Activations.BlockLength);

    /// <summary>Puts a row's block in its place. -128 has no positive twin in 8 bits and becomes -127; quantizers do not write it.</summary>
    public void SetBlock(int row, int block, float scale, ReadOnlySpan<sbyte> weights)
    {
        var words = SetScale(row, block, scale);
        var lane = row % GroupRows;
        Span<sbyte> bytes = stackalloc sbyte[Activations.BlockLength];
        Vector256.Max(Vector256.Create(weights), Vector256.Create((sbyte)-127)).CopyTo(bytes);
        for (var word = 0; word < Activations.BlockLength / 4; word++)
        {
            words[(word * GroupRows) + lane] = MemoryMarshal.Read<int>(MemoryMarshal.AsBytes(bytes[(word * 4)..]));
        }
    }

    public override void Multiply(Activations input, int tokens, int first, int end, float* output, int stride) =>
        IntegerKernels.Q8(this, input, tokens, first, end, output, stride);

    public override void CopyRow(int row, float* output)
    {
        var lane = row % GroupRows;
        for (var block = 0; block < Blocks; block++)
        {
            var source = Block(row / GroupRows, block);
            var scale = ((float*)source)[lane];
            var words = (sbyte*)(source + (GroupRows * sizeof(float)));
            for (var i = 0; i < Activations.BlockLength; i++)
            {
                *output++ = scale * words[(i / 4 * 64) + (lane * 4) + (i % 4)];
            }
        }
    }
}
