namespace Switchboard.Engine.Compute.Kernels;

/// <summary>Chooses the fastest integer kernel that the processor has. All give the same bits.</summary>
internal static unsafe class IntegerKernels
{
    /// <summary>From this many tokens on, unpacking weights to 16 bits pays.</summary>
    public const int Tile = 4;

    public static void Q8(Q8Matrix matrix, Activations input, int tokens, int first, int end, float* output, int stride)
    {
        var done = 0;
        if (Q8Avx512.IsSupported && tokens >= Tile)
        {
            done = tokens / Tile * Tile;
            Q8Avx512.Multiply(matrix, input, done, first, end, output, stride);
        }

        if (Q8Avx2.IsSupported)
        {
            Q8Avx2.Multiply(matrix, input, done, tokens, first, end, output, stride);
        }
        else
        {
            ScalarKernels.Q8(matrix, input, tokens, first, end, output, stride);
        }
    }

    public static void Q4(Q4Matrix matrix, Activations input, int tokens, int first, int end, float* output, int stride)
    {
        var done = 0;
        if (Q4Avx512.IsSupported && tokens >= Tile)
        {
            done = tokens / Tile * Tile;
            Q4Avx512.Multiply(matrix, input, done, first, end, output, stride);
        }

        if (Q8Avx2.IsSupported)
        {
            Q4Avx2.Multiply(matrix, input, done, tokens, first, end, output, stride);
        }
        else
        {
            ScalarKernels.Q4(matrix, input, tokens, first, end, output, stride);
        }
    }
}
