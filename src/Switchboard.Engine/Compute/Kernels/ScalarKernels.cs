namespace Switchboard.Engine.Compute.Kernels;

/// <summary>The plain meaning of the integer kernels: the reference in tests, and the fallback without AVX2.</summary>
internal static unsafe class ScalarKernels
{
    public static void Q8(Q8Matrix matrix, Activations input, int tokens, int first, int end, float* output, int stride)
    {
        for (var row = first * Matrix.GroupRows; row < end * Matrix.GroupRows; row++)
        {
            for (var token = 0; token < tokens; token++)
            {
                output[((long)token * stride) + row] = Q8Row(matrix, input, token, row);
            }
        }
    }

    public static void Q4(Q4Matrix matrix, Activations input, int tokens, int first, int end, float* output, int stride)
    {
        for (var row = first * Matrix.GroupRows; row < end * Matrix.GroupRows; row++)
        {
            for (var token = 0; token < tokens; token++)
            {
                output[((long)token * stride) + row] = Q4Row(matrix, input, token, row);
            }
        }
    }

    private static float Q8Row(Q8Matrix matrix, Activations input, int token, int row)
    {
        var (group, lane) = (row / Matrix.GroupRows, row % Matrix.GroupRows);
        var result = 0f;
        for (var block = 0; block < matrix.Blocks; block++)
        {
            var source = matrix.Block(group, block);
            var weights = (sbyte*)(source + (Matrix.GroupRows * sizeof(float)));
            var integers = input.Integers(token) + (block * Activations.BlockLength);
            var sum = 0;
            for (var i = 0; i < Activations.BlockLength; i++)
            {
                sum += integers[i] * weights[(i / 4 * 64) + (lane * 4) + (i % 4)];
            }

            result = MathF.FusedMultiplyAdd(sum, ((float*)source)[lane] * input.Scales(token)[block], result);
        }

        return result;
    }

    private static float Q4Row(Q4Matrix matrix, Activations input, int token, int row)
    {
        var (group, lane) = (row / Matrix.GroupRows, row % Matrix.GroupRows);
        var result = 0f;
        for (var block = 0; block < matrix.Blocks; block++)
        {
            var source = matrix.Block(group, block);
            var nibbles = source + (Matrix.GroupRows * sizeof(float));
            var integers = input.Integers(token) + (block * Activations.BlockLength);
            var sum = -8 * input.Sums(token)[block];
            for (var i = 0; i < Activations.BlockLength / 2; i++)
            {
                var pair = nibbles[(i / 4 * 64) + (lane * 4) + (i % 4)];
                sum += (integers[i] * (pair & 15)) + (integers[i + 16] * (pair >> 4));
            }

            result = MathF.FusedMultiplyAdd(sum, ((float*)source)[lane] * input.Scales(token)[block], result);
        }

        return result;
    }
}
