using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Switchboard.Engine.Compute.Kernels;

/// <summary>4-bit weights with 256-bit vectors, a token at a time.</summary>
internal static unsafe class Q4Avx2
{
    private const int Words = Activations.BlockLength / 8;

    public static void Multiply(Q4Matrix matrix, Activations input, int token, int tokens, int first, int end, float* output, int stride)
    {
        for (; token < tokens; token++)
        {
            for (var group = first; group < end; group++)
            {
                One(matrix, input, token, group, output + ((long)token * stride) + (group * Matrix.GroupRows));
            }
        }
    }

    private static void One(Q4Matrix matrix, Activations input, int token, int group, float* output)
    {
        var source = matrix.Block(group, 0);
        var integers = (int*)input.Integers(token);
        var scales = input.Scales(token);
        var sums = input.Sums(token);
        Vector256<float> low = default, high = default;
        for (var block = matrix.Blocks; block > 0; block--)
        {
            Vector256<short> lowSum = default, highSum = default;
            var weights = source + (Matrix.GroupRows * sizeof(float));
            for (var word = 0; word < Words; word++)
            {
                var front = Vector256.Create(integers[word]).AsSByte();
                var back = Vector256.Create(integers[word + Words]).AsSByte();
                lowSum = Dot(lowSum, Vector256.Load(weights + (word * 64)), front, back);
                highSum = Dot(highSum, Vector256.Load(weights + (word * 64) + 32), front, back);
            }

            var (scale, offset) = (Vector256.Create(*scales++), Vector256.Create(-8 * *sums++));
            low = Scale(lowSum, offset, Vector256.Load((float*)source) * scale, low);
            high = Scale(highSum, offset, Vector256.Load((float*)source + 8) * scale, high);
            integers += Words * 2;
            source += Q4Matrix.BlockBytes;
        }

        low.Store(output);
        high.Store(output + 8);
    }

    /// <summary>A block's sum of 32 products of at most 15 x 127 in pairs of lanes stays within 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Dot(Vector256<short> sum, Vector256<byte> nibbles, Vector256<sbyte> front, Vector256<sbyte> back)
    {
        var mask = Vector256.Create((byte)15);
        var upper = (nibbles.AsUInt16() >> 4).AsByte() & mask;
        return sum + Avx2.MultiplyAddAdjacent(nibbles & mask, front) + Avx2.MultiplyAddAdjacent(upper, back);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scale(Vector256<short> sum, Vector256<int> offset, Vector256<float> scale, Vector256<float> result)
    {
        var total = offset + Avx2.MultiplyAddAdjacent(sum, Vector256<short>.One);
        return Fma.MultiplyAdd(Vector256.ConvertToSingle(total), scale, result);
    }
}
