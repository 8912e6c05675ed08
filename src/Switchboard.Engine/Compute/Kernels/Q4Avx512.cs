using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Switchboard.Engine.Compute.Kernels;

/// <summary>4-bit weights with 512-bit vectors, four tokens at a time.</summary>
internal static unsafe class Q4Avx512
{
    private const int Words = Activations.BlockLength / 8;

    public static bool IsSupported => Q8Avx512.IsSupported;

    /// <summary>Multiplies a multiple of four tokens.</summary>
    public static void Multiply(Q4Matrix matrix, Activations input, int tokens, int first, int end, float* output, int stride)
    {
        for (var group = first; group < end; group++)
        {
            for (var token = 0; token < tokens; token += IntegerKernels.Tile)
            {
                Four(matrix, input, token, group, output + ((long)token * stride) + (group * Matrix.GroupRows), stride);
            }
        }
    }

    private static void Four(Q4Matrix matrix, Activations input, int token, int group, float* output, int stride)
    {
        var source = matrix.Block(group, 0);
        var integers = (int*)input.Integers(token);
        var next = input.Stride / 4;
        var scales = input.Scales(token);
        var sums = input.Sums(token);
        var nextBlock = input.Blocks;
        Vector512<float> r0 = default, r1 = default, r2 = default, r3 = default;
        for (var block = matrix.Blocks; block > 0; block--)
        {
            Vector512<short> s0 = default, s1 = default, s2 = default, s3 = default;
            var weights = source + (Matrix.GroupRows * sizeof(float));
            for (var word = 0; word < Words; word++)
            {
                var nibbles = Vector512.Load(weights + (word * 64));
                var mask = Vector512.Create((byte)15);
                var (lower, upper) = (nibbles & mask, (nibbles.AsUInt16() >> 4).AsByte() & mask);
                var integer = integers + word;
                s0 = Dot(s0, lower, upper, integer);
                s1 = Dot(s1, lower, upper, integer + next);
                s2 = Dot(s2, lower, upper, integer + (2 * next));
                s3 = Dot(s3, lower, upper, integer + (3 * next));
            }

            var scale = Vector512.Load((float*)source);
            r0 = Scale(s0, sums[0], scale, scales[0], r0);
            r1 = Scale(s1, sums[nextBlock], scale, scales[nextBlock], r1);
            r2 = Scale(s2, sums[2 * nextBlock], scale, scales[2 * nextBlock], r2);
            r3 = Scale(s3, sums[3 * nextBlock], scale, scales[3 * nextBlock], r3);
            scales++;
            sums++;
            integers += Words * 2;
            source += Q4Matrix.BlockBytes;
        }

        r0.Store(output);
        r1.Store(output + stride);
        r2.Store(output + (2 * stride));
        r3.Store(output + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Dot(Vector512<short> sum, Vector512<byte> lower, Vector512<byte> upper, int* integer) =>
        sum + Avx512BW.MultiplyAddAdjacent(lower, Vector512.Create(integer[0]).AsSByte())
            + Avx512BW.MultiplyAddAdjacent(upper, Vector512.Create(integer[Words]).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scale(Vector512<short> sum, int offset, Vector512<float> weightScale, float scale, Vector512<float> result)
    {
        var total = Vector512.Create(-8 * offset) + Avx512BW.MultiplyAddAdjacent(sum, Vector512<short>.One);
        return Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(total), weightScale * Vector512.Create(scale), result);
    }
}
