using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Switchboard.Engine.Compute.Kernels;

/// <summary>Sixteen weights of one column, as floats.</summary>
internal interface IFloatWeights
{
    int Columns { get; }

    Vector512<float> Load(int group, int column);
}

internal readonly unsafe struct FloatWeights(FloatMatrix matrix) : IFloatWeights
{
    private readonly float* _data = matrix.Group(0);

    public int Columns { get; } = matrix.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(int group, int column) => Vector512.LoadAligned(_data + ((((long)group * Columns) + column) * Matrix.GroupRows));
}

internal readonly unsafe struct HalfWeights(HalfMatrix matrix) : IFloatWeights
{
    private const float TwoTo112 = 5.192296858534828e33f;

    private readonly ushort* _data = matrix.Group(0);

    public int Columns { get; } = matrix.Columns;

    /// <summary>
    /// .NET has no vector conversion from 16-bit floats. Shifted into a float's place, sign, exponent and mantissa are right but for the
    /// exponents' bias: multiplying by 2^112 mends it, subnormals included.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(int group, int column)
    {
        var halves = Vector256.LoadAligned((short*)_data + ((((long)group * Columns) + column) * Matrix.GroupRows));
        var bits = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(halves)
            : Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves));

        // Widening smears the sign over the bits above it; only the topmost is wanted.
        return ((bits << 13) & Vector512.Create(unchecked((int)0x8fffe000))).AsSingle() * TwoTo112;
    }
}

/// <summary>Products with float weights, in portable vectors. A row's sum runs over the columns in order, whatever the number of tokens.</summary>
internal static unsafe class FloatKernels
{
    public static void Multiply<T>(T weights, Activations input, int tokens, int first, int end, float* output, int stride)
        where T : struct, IFloatWeights
    {
        var group = first;
        for (; group + 4 <= end; group += 4)
        {
            for (var token = 0; token < tokens; token++)
            {
                if (token + 4 <= tokens)
                {
                    Square(weights, input, token, group, output, stride);
                    token += 3;
                }
                else
                {
                    Column(weights, input.Values(token), group, output + ((long)token * stride) + (group * Matrix.GroupRows));
                }
            }
        }

        for (; group < end; group++)
        {
            for (var token = 0; token < tokens; token++)
            {
                Single(weights, input.Values(token), group, output + ((long)token * stride) + (group * Matrix.GroupRows));
            }
        }
    }

    /// <summary>Four groups, four tokens.</summary>
    private static void Square<T>(T weights, Activations input, int token, int group, float* output, int stride)
        where T : struct, IFloatWeights
    {
        for (var g = group; g < group + 4; g += 2)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
            Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
            var values = input.Values(token);
            var next = input.Stride;
            for (var column = 0; column < weights.Columns; column++)
            {
                var (a, b) = (weights.Load(g, column), weights.Load(g + 1, column));
                var value = Vector512.Create(values[column]);
                (a0, b0) = (Vector512.FusedMultiplyAdd(a, value, a0), Vector512.FusedMultiplyAdd(b, value, b0));
                value = Vector512.Create(values[column + next]);
                (a1, b1) = (Vector512.FusedMultiplyAdd(a, value, a1), Vector512.FusedMultiplyAdd(b, value, b1));
                value = Vector512.Create(values[column + (2 * next)]);
                (a2, b2) = (Vector512.FusedMultiplyAdd(a, value, a2), Vector512.FusedMultiplyAdd(b, value, b2));
                value = Vector512.Create(values[column + (3 * next)]);
                (a3, b3) = (Vector512.FusedMultiplyAdd(a, value, a3), Vector512.FusedMultiplyAdd(b, value, b3));
            }

            var target = output + ((long)token * stride) + (g * Matrix.GroupRows);
            Store(target, a0, b0);
            Store(target + stride, a1, b1);
            Store(target + (2 * stride), a2, b2);
            Store(target + (3 * stride), a3, b3);
        }
    }

    /// <summary>Four groups, one token.</summary>
    private static void Column<T>(T weights, float* values, int group, float* output)
        where T : struct, IFloatWeights
    {
        Vector512<float> r0 = default, r1 = default, r2 = default, r3 = default;
        for (var column = 0; column < weights.Columns; column++)
        {
            var value = Vector512.Create(values[column]);
            r0 = Vector512.FusedMultiplyAdd(weights.Load(group, column), value, r0);
            r1 = Vector512.FusedMultiplyAdd(weights.Load(group + 1, column), value, r1);
            r2 = Vector512.FusedMultiplyAdd(weights.Load(group + 2, column), value, r2);
            r3 = Vector512.FusedMultiplyAdd(weights.Load(group + 3, column), value, r3);
        }

        Store(output, r0, r1);
        Store(output + (2 * Matrix.GroupRows), r2, r3);
    }

    private static void Single<T>(T weights, float* values, int group, float* output)
        where T : struct, IFloatWeights
    {
        Vector512<float> result = default;
        for (var column = 0; column < weights.Columns; column++)
        {
            result = Vector512.FusedMultiplyAdd(weights.Load(group, column), Vector512.Create(values[column]), result);
        }

        result.Store(output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, Vector512<float> first, Vector512<float> second)
    {
        first.Store(target);
        second.Store(target + Matrix.GroupRows);
    }
}
