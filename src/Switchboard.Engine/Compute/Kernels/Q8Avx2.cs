using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Switchboard.Engine.Compute.Kernels;

/// <summary>8-bit weights with 256-bit vectors: one token, or two at a time.</summary>
internal static unsafe class Q8Avx2
{
    private const int Words = Activations.BlockLength / 4;

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static void Multiply(Q8Matrix matrix, Activations input, int token, int tokens, int first, int end, float* output, int stride)
    {
        for (; token + 2 <= tokens; token += 2)
        {
            for (var group = first; group < end; group++)
            {
                Two(matrix, input, token, group, output + ((long)token * stride) + (group * Matrix.GroupRows), stride);
            }
        }

        for (var group = first; token < tokens && group < end; group++)
        {
            One(matrix, input, token, group, output + ((long)token * stride) + (group * Matrix.GroupRows));
        }
    }

    private static void One(Q8Matrix matrix, Activations input, int token, int group, float* output)
    {
        var source = matrix.Block(group, 0);
        var integers = (int*)input.Integers(token);
        var magnitudes = (int*)input.Magnitudes(token);
        var scales = input.Scales(token);
        Vector256<float> low = default, high = default;
        for (var block = matrix.Blocks; block > 0; block--)
        {
            Vector256<int> lowSum = default, highSum = default;
            var weights = (sbyte*)source + (Matrix.GroupRows * sizeof(float));
            for (var word = 0; word < Words; word++)
            {
                var signs = Vector256.Create(integers[word]).AsSByte();
                var sizes = Vector256.Create(magnitudes[word]).AsByte();
                lowSum = Dot(lowSum, sizes, signs, Vector256.Load(weights + (word * 64)));
                highSum = Dot(highSum, sizes, signs, Vector256.Load(weights + (word * 64) + 32));
            }

            var scale = Vector256.Create(*scales++);
            low = Fma.MultiplyAdd(Vector256.ConvertToSingle(lowSum), Vector256.Load((float*)source) * scale, low);
            high = Fma.MultiplyAdd(Vector256.ConvertToSingle(highSum), Vector256.Load((float*)source + 8) * scale, high);
            integers += Words;
            magnitudes += Words;
            source += Q8Matrix.BlockBytes;
        }

        low.Store(output);
        high.Store(output + 8);
    }

    private static void Two(Q8Matrix matrix, Activations input, int token, int group, float* output, int stride)
    {
        var source = matrix.Block(group, 0);
        var integers = (int*)input.Integers(token);
        var magnitudes = (int*)input.Magnitudes(token);
        var scales = input.Scales(token);
        var (next, nextBlock) = (input.Stride / 4, input.Blocks);
        Vector256<float> low0 = default, high0 = default, low1 = default, high1 = default;
        for (var block = matrix.Blocks; block > 0; block--)
        {
            Vector256<int> lowSum0 = default, highSum0 = default, lowSum1 = default, highSum1 = default;
            var weights = (sbyte*)source + (Matrix.GroupRows * sizeof(float));
            for (var word = 0; word < Words; word++)
            {
                var (low, high) = (Vector256.Load(weights + (word * 64)), Vector256.Load(weights + (word * 64) + 32));
                var (signs, sizes) = (Vector256.Create(integers[word]).AsSByte(), Vector256.Create(magnitudes[word]).AsByte());
                lowSum0 = Dot(lowSum0, sizes, signs, low);
                highSum0 = Dot(highSum0, sizes, signs, high);
                (signs, sizes) = (Vector256.Create(integers[word + next]).AsSByte(), Vector256.Create(magnitudes[word + next]).AsByte());
                lowSum1 = Dot(lowSum1, sizes, signs, low);
                highSum1 = Dot(highSum1, sizes, signs, high);
            }

            var (scaleLow, scaleHigh) = (Vector256.Load((float*)source), Vector256.Load((float*)source + 8));
            var (scale0, scale1) = (Vector256.Create(scales[0]), Vector256.Create(scales[nextBlock]));
            low0 = Fma.MultiplyAdd(Vector256.ConvertToSingle(lowSum0), scaleLow * scale0, low0);
            high0 = Fma.MultiplyAdd(Vector256.ConvertToSingle(highSum0), scaleHigh * scale0, high0);
            low1 = Fma.MultiplyAdd(Vector256.ConvertToSingle(lowSum1), scaleLow * scale1, low1);
            high1 = Fma.MultiplyAdd(Vector256.ConvertToSingle(highSum1), scaleHigh * scale1, high1);
            scales++;
            integers += Words;
            magnitudes += Words;
            source += Q8Matrix.BlockBytes;
        }

        low0.Store(output);
        high0.Store(output + 8);
        low1.Store(output + stride);
        high1.Store(output + stride + 8);
    }

    /// <summary>
    /// Adds, in each 32-bit lane, four products of signed bytes. The instructions multiply unsigned by signed: the activation gives its
    /// size to one side and its sign to the other. Two products stay within 16 bits, for neither side reaches -128.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Dot(Vector256<int> sum, Vector256<byte> sizes, Vector256<sbyte> signs, Vector256<sbyte> weights)
    {
        var signed = Avx2.Sign(weights, signs);
        return AvxVnni.IsSupported
            ? AvxVnni.MultiplyWideningAndAdd(sum, sizes, signed)
            : sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(sizes, signed), Vector256<short>.One);
    }
}
