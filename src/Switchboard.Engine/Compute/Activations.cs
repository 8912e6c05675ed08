namespace Switchboard.Engine.Compute;

/// <summary>
/// The inputs of a matrix product, a row a token: as floats, and on demand as 8-bit integers with one scale for 32 values (as Q8_0).
/// Integers are kept in the shapes that the kernels broadcast from.
/// </summary>
internal sealed unsafe class Activations : IDisposable
{
    public const int BlockLength = 32;

    private readonly NativeBuffer<float> _values;
    private readonly NativeBuffer<float> _scales;
    private readonly NativeBuffer<int> _sums;
    private readonly NativeBuffer<sbyte> _integers;
    private readonly NativeBuffer<byte> _magnitudes;
    private readonly NativeBuffer<short> _pairs;

    public Activations(int capacity, int columns)
    {
        Columns = columns;
        Stride = (columns + BlockLength - 1) / BlockLength * BlockLength;
        Blocks = Stride / BlockLength;
        var length = (long)capacity * Stride;
        _values = new(length);
        _scales = new((long)capacity * Blocks);
        _sums = new((long)capacity * Blocks);
        _integers = new(length);
        _magnitudes = new(length);
        _pairs = new(length);
    }

    public int Columns { get; }

    /// <summary>Values from one token's row to the next; whole blocks, the rest is zero.</summary>
    public int Stride { get; }

    public int Blocks { get; }

    public float* Values(int token) => _values.Data + ((long)token * Stride);

    public float* Scales(int token) => _scales.Data + ((long)token * Blocks);

    /// <summary>The sum of each block's integers.</summary>
    public int* Sums(int token) => _sums.Data + ((long)token * Blocks);

    public sbyte* Integers(int token) => _integers.Data + ((long)token * Stride);

    /// <summary>The integers without their signs.</summary>
    public byte* Magnitudes(int token) => _magnitudes.Data + ((long)token * Stride);

    /// <summary>The integers as 16 bits, each four reordered 0, 2, 1, 3: the pairs that meet the even and the odd bytes of a weight word.</summary>
    public short* Pairs(int token) => _pairs.Data + ((long)token * Stride);

    /// <summary>Fills the integer shapes of some tokens from their floats.</summary>
    public void Quantize(int first, int end)
    {
        for (var token = first; token < end; token++)
        {
            Quantization.QuantizeRow(this, token);
        }
    }

    public void Dispose()
    {
        _values.Dispose();
        _scales.Dispose();
        _sums.Dispose();
        _integers.Dispose();
        _magnitudes.Dispose();
        _pairs.Dispose();
    }
}
