using System.Runtime.InteropServices;
using Switchboard.Engine.Compute.Kernels;

namespace Switchboard.Engine.Compute;

/// <summary>
/// 4-bit weights in blocks of 32 columns with one scale (Q4_0; a weight is its nibble less 8). A block of a group is 16 scales, then
/// four 64-byte words: the low nibbles of word i are columns 4i to 4i+3 of each of the 16 rows, the high nibbles columns 16+4i to 16+4i+3.
/// </summary>
internal sealed unsafe class Q4Matrix(int rows, int columns) : BlockMatrix(rows, columns, BlockBytes)
{
    /// <summary>16 scales and 16 x 16 bytes.</summary>
    public const int BlockBytes = (GroupRows * sizeof(float)) + (GroupRows * Activations.BlockLength / 2);

    /// <summary>Puts a row's block, in the file's own order of nibbles, in its place.</summary>
    public void SetBlock(int row, int block, float scale, ReadOnlySpan<byte> nibbles)
    {
        var words = SetScale(row, block, scale);
        var lane = row % GroupRows;
        for (var word = 0; word < Activations.BlockLength / 8; word++)
        {
            words[(word * GroupRows) + lane] = MemoryMarshal.Read<int>(nibbles[(word * 4)..]);
        }
    }

    public override void Multiply(Activations input, int tokens, int first, int end, float* output, int stride) =>
        IntegerKernels.Q4(this, input, tokens, first, end, output, stride);

    public override void CopyRow(int row, float* output)
    {
        var lane = row % GroupRows;
        for (var block = 0; block < Blocks; block++, output += Activations.BlockLength)
        {
            var source = Block(row / GroupRows, block);
            var scale = ((float*)source)[lane];
            var words = source + (GroupRows * sizeof(float));
            for (var i = 0; i < Activations.BlockLength / 2; i++)
            {
                var pair = words[(i / 4 * 64) + (lane * 4) + (i % 4)];
                output[i] = scale * ((pair & 15) - 8);
                output[i + 16] = scale * ((pair >> 4) - 8);
            }
        }
    }
}
