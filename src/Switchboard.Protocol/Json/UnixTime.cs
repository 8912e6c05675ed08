using System.Buffers.Text;

namespace Switchboard.Protocol.Json;

/// <summary>Times on the wire: seconds since 1970-01-01T00:00:00Z, as a number.</summary>
internal static class UnixTime
{
    /// <summary>The most bytes that a time takes: sign, 12 digits, a point and seven more.</summary>
    public const int MaxLength = 24;

    private const int FractionDigits = 7;

    /// <summary>Reads a JSON number; digits below 100 ns are cut off.</summary>
    public static bool TryRead(ReadOnlySpan<byte> number, out DateTimeOffset value)
    {
        value = default;
        long ticks;
        if (Utf8Parser.TryParse(number, out long seconds, out var consumed) && consumed == number.Length)
        {
            if (seconds is < -62_135_596_800 or > 253_402_300_799)
            {
                return false;
            }

            ticks = seconds * TimeSpan.TicksPerSecond;
        }
        else if (!new DecimalNumber(number).TryScale(FractionDigits, out ticks, out _))
        {
            return false;
        }

        if (ticks < -DateTime.UnixEpoch.Ticks || ticks > DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks)
        {
            return false;
        }

        value = new DateTimeOffset(ticks + DateTime.UnixEpoch.Ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>Writes the seconds, and behind a point what there is of a fraction; returns how many bytes.</summary>
    public static int Write(Span<byte> output, DateTimeOffset value)
    {
        var ticks = value.UtcTicks - DateTime.UnixEpoch.Ticks;
        var length = 0;
        if (ticks < 0)
        {
            output[length++] = (byte)'-';
            ticks = -ticks;
        }

        Utf8Formatter.TryFormat(ticks / TimeSpan.TicksPerSecond, output[length..], out var written);
        length += written;
        var fraction = ticks % TimeSpan.TicksPerSecond;
        if (fraction == 0)
        {
            return length;
        }

        output[length++] = (byte)'.';
        Utf8Formatter.TryFormat(fraction, output[length..], out written, new('D', FractionDigits));
        return length + output.Slice(length, written).TrimEnd((byte)'0').Length;
    }
}
