using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Switchboard.Engine.Compute.Kernels;

/// <summary>
/// 8-bit weights with 512-bit vectors, four tokens at a time: a word of weights is widened to 16 bits once, then used for each token.
/// (.NET 10 has no AVX-512 VNNI; AVX-VNNI is used in <see cref="Q8Avx2"/>.)
/// </summary>
internal static unsafe class Q8Avx512
{
    private const int Words = Activations.BlockLength / 4;

    public static bool IsSupported => Avx512BW.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>Multiplies a multiple of four tokens.</summary>
    public static void Multiply(Q8Matrix matrix, Activations input, int tokens, int first, int end, float* output, int stride)
    {
        for (var group = first; group < end; group++)
        {
            for (var token = 0; token < tokens; token += IntegerKernels.Tile)
            {
                Four(matrix, input, token, group, output + ((long)token * stride) + (group * Matrix.GroupRows), stride);
            }
        }
    }

    private static void Four(Q8Matrix matrix, Activations input, int token, int group, float* output, int stride)
    {
        var source = matrix.Block(group, 0);
        var pairs = (int*)input.Pairs(token);
        var next = input.Stride / 2;
        var scales = input.Scales(token);
        var nextBlock = input.Blocks;
        Vector512<float> r0 = default, r1 = default, r2 = default, r3 = default;
        for (var block = matrix.Blocks; block > 0; block--)
        {
            Vector512<int> s0 = default, s1 = default, s2 = default, s3 = default;
            var weights = (short*)(source + (Matrix.GroupRows * sizeof(float)));
            for (var word = 0; word < Words; word++)
            {
                var bytes = Vector512.Load(weights + (word * 32));
                var (even, odd) = ((bytes << 8) >> 8, bytes >> 8);
                var pair = pairs + (word * 2);
                s0 = Dot(s0, even, odd, pair);
                s1 = Dot(s1, even, odd, pair + next);
                s2 = Dot(s2, even, odd, pair + (2 * next));
                s3 = Dot(s3, even, odd, pair + (3 * next));
            }

            var scale = Vector512.Load((float*)source);
            r0 = Scale(s0, scale, scales[0], r0);
            r1 = Scale(s1, scale, scales[nextBlock], r1);
            r2 = Scale(s2, scale, scales[2 * nextBlock], r2);
            r3 = Scale(s3, scale, scales[3 * nextBlock], r3);
            scales++;
            pairs += Words * 2;
            source += Q8Matrix.BlockBytes;
        }

        r0.Store(output);
        r1.Store(output + stride);
        r2.Store(output + (2 * stride));
        r3.Store(output + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Dot(Vector512<int> sum, Vector512<short> even, Vector512<short> odd, int* pair) =>
        sum + Avx512BW.MultiplyAddAdjacent(even, Vector512.Create(pair[0]).AsInt16())
            + Avx512BW.MultiplyAddAdjacent(odd, Vector512.Create(pair[1]).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scale(Vector512<int> sum, Vector512<float> weightScale, float scale, Vector512<float> result) =>
        Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(sum), weightScale * Vector512.Create(scale), result);
}
