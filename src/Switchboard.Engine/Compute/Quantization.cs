using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Switchboard.Engine.Compute;

/// <summary>Turns activations into 8-bit integers, 32 sharing a scale. All paths give the same bits.</summary>
internal static unsafe class Quantization
{
    public static void QuantizeRow(Activations activations, int token)
    {
        for (var block = 0; block < activations.Blocks; block++)
        {
            QuantizeBlock(activations, token, block);
        }
    }

    private static void QuantizeBlock(Activations activations, int token, int block)
    {
        var offset = block * Activations.BlockLength;
        var values = activations.Values(token) + offset;
        var (low, high) = (Vector512.Load(values), Vector512.Load(values + 16));
        var largest = VectorMath.Largest(Vector512.Max(Vector512.Abs(low), Vector512.Abs(high)));

        // Not a number and infinity become zeros: a broken weight file must not break the integer kernels.
        var scale = float.IsFinite(largest) ? largest / 127f : 0f;
        var inverse = scale > 0 && float.IsFinite(1f / scale) ? 127f / largest : 0f;
        activations.Scales(token)[block] = scale;

        var integers = Vector512.Narrow(Round(low * inverse), Round(high * inverse));
        var bytes = Vector256.Narrow(integers.GetLower(), integers.GetUpper());
        bytes.Store(activations.Integers(token) + offset);
        Vector256.Abs(bytes).AsByte().Store(activations.Magnitudes(token) + offset);
        activations.Sums(token)[block] = Sum(integers);
        Pair(integers).Store(activations.Pairs(token) + offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Round(Vector512<float> values) => Vector512.ConvertToInt32Native(Vector512.Round(values));

    /// <summary>32 values of at most 127 add up within 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sum(Vector512<short> integers) => Vector512.Sum(integers);

    /// <summary>Each four values 0 1 2 3 become 0 2 1 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Pair(Vector512<short> integers) => Vector512.Create(PairHalf(integers.GetLower()), PairHalf(integers.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> PairHalf(Vector256<short> integers)
    {
        var order = Vector128.Create((byte)0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15);
        var low = Vector128.Shuffle(integers.GetLower().AsByte(), order).AsInt16();
        var high = Vector128.Shuffle(integers.GetUpper().AsByte(), order).AsInt16();
        return Vector256.Create(low, high);
    }
}
