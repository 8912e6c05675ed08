using System.Buffers;
using System.Globalization;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>Writes lines of a page as UTF-8 into a rented buffer. Given back once, after the page was sent.</summary>
internal sealed class ExpositionWriter(int expected) : IDisposable
{
    // The longest number: -1.7976931348623157E+308.
    private const int LongestNumber = 32;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(expected);
    private int _length;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>Writes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Writes text.</summary>
    public void Write(string text)
    {
        var room = Reserve(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += System.Text.Encoding.UTF8.GetBytes(text, room);
    }

    /// <summary>Writes a number, <c>NaN</c>, <c>+Inf</c> or <c>-Inf</c>.</summary>
    public void Write(double number)
    {
        if (!double.IsFinite(number))
        {
            Write(double.IsNaN(number) ? "NaN"u8 : number > 0 ? "+Inf"u8 : "-Inf"u8);
            return;
        }

        number.TryFormat(Reserve(LongestNumber), out var written, "R", CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>Writes a line with a whole number.</summary>
    /// <param name="line">What it begins with.</param>
    /// <param name="more">What stands behind that.</param>
    /// <param name="number">The number.</param>
    public void Line(ReadOnlySpan<byte> line, ReadOnlySpan<byte> more, long number)
    {
        Begin(line, more, number);
        End();
    }

    /// <summary>Writes a line with a number.</summary>
    public void Line(ReadOnlySpan<byte> line, double number)
    {
        Write(line);
        Write(number);
        End();
    }

    /// <summary>Writes a line with a whole number, save its end.</summary>
    public void Begin(ReadOnlySpan<byte> line, ReadOnlySpan<byte> more, long number)
    {
        var room = Reserve(line.Length + more.Length + LongestNumber);
        line.CopyTo(room);
        more.CopyTo(room[line.Length..]);
        number.TryFormat(room[(line.Length + more.Length)..], out var written, default, CultureInfo.InvariantCulture);
        _length += line.Length + more.Length + written;
    }

    /// <summary>Writes the end of a line.</summary>
    public void End()
    {
        Reserve(1)[0] = (byte)'\n';
        _length++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + bytes));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_length);
    }
}
