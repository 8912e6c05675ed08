namespace Switchboard.Engine.Compute;

/// <summary>
/// A weight matrix laid out for SIMD: rows come in groups of 16, and within a group the 16 rows' values of one column (or of four
/// neighbouring columns for 8-bit weights) lie side by side. So a vector holds 16 different rows, a product needs no horizontal sum,
/// and each row is added up in one fixed order, however many tokens are computed together.
/// </summary>
internal abstract unsafe class Matrix(int rows, int columns) : IDisposable
{
    /// <summary>Rows in a group.</summary>
    public const int GroupRows = 16;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int Groups { get; } = (rows + GroupRows - 1) / GroupRows;

    /// <summary>The rows of an output, filled up to whole groups.</summary>
    public int PaddedRows => Groups * GroupRows;

    /// <summary>Whether activations are needed as 8-bit integers, not as floats.</summary>
    public abstract bool WantsIntegers { get; }

    /// <summary>Bytes of all groups.</summary>
    public abstract long Bytes { get; }

    /// <summary>
    /// Multiplies groups <paramref name="first"/> to <paramref name="end"/> with the first <paramref name="tokens"/> activations.
    /// The output has <paramref name="stride"/> floats a token; whole groups are written.
    /// </summary>
    public abstract void Multiply(Activations input, int tokens, int first, int end, float* output, int stride);

    /// <summary>Writes one row as floats.</summary>
    public abstract void CopyRow(int row, float* output);

    public abstract void Dispose();
}
