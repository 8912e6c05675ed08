using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Switchboard.Engine.Compute;

/// <summary>The element-wise steps of a layer. Lengths need not be whole vectors.</summary>
internal static unsafe class VectorMath
{
    private const int Lanes = 16;

    /// <summary>Divides by the root of the mean square and multiplies with the learned weights.</summary>
    public static void RmsNorm(float* input, float* weights, float* output, int length, float epsilon)
    {
        var sum = 0f;
        var squares = Vector512<float>.Zero;
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            var value = Vector512.Load(input + i);
            squares = Vector512.FusedMultiplyAdd(value, value, squares);
        }

        for (; i < length; i++)
        {
            sum += input[i] * input[i];
        }

        var scale = 1f / MathF.Sqrt(((sum + Vector512.Sum(squares)) / length) + epsilon);
        for (i = 0; i <= length - Lanes; i += Lanes)
        {
            (Vector512.Load(input + i) * scale * Vector512.Load(weights + i)).Store(output + i);
        }

        for (; i < length; i++)
        {
            output[i] = input[i] * scale * weights[i];
        }
    }

    public static void Add(float* target, float* addend, int length)
    {
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            (Vector512.Load(target + i) + Vector512.Load(addend + i)).Store(target + i);
        }

        for (; i < length; i++)
        {
            target[i] += addend[i];
        }
    }

    public static void Scale(float* values, float factor, int length)
    {
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            (Vector512.Load(values + i) * factor).Store(values + i);
        }

        for (; i < length; i++)
        {
            values[i] *= factor;
        }
    }

    /// <summary>SwiGLU: <c>gate * sigmoid(gate) * up</c>.</summary>
    public static void SwiGlu(float* gate, float* up, float* output, int length)
    {
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            var value = Vector512.Load(gate + i);
            (value / (Vector512<float>.One + Vector512.Exp(-value)) * Vector512.Load(up + i)).Store(output + i);
        }

        for (; i < length; i++)
        {
            output[i] = gate[i] / (1f + MathF.Exp(-gate[i])) * up[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> values)
    {
        var half = Vector256.Max(values.GetLower(), values.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }
}
