using System.Buffers.Text;

namespace Switchboard.Protocol.Json;

/// <summary>A number as JSON spells it, taken apart but not rounded: as exact as its digits are many.</summary>
internal readonly ref struct DecimalNumber
{
    // An exponent that no text could make up for with its digits.
    private const long Boundless = 10_000_000_000;
    private const int LongDigits = 18;

    private readonly bool _isNegative;
    private readonly ReadOnlySpan<byte> _whole;
    private readonly ReadOnlySpan<byte> _fraction;
    private readonly bool _isExponentNegative;
    private readonly ReadOnlySpan<byte> _exponent;

    /// <summary>Takes a valid JSON number apart.</summary>
    public DecimalNumber(ReadOnlySpan<byte> json)
    {
        _isNegative = json[0] == '-';
        var digits = _isNegative ? json[1..] : json;
        var e = digits.IndexOfAny((byte)'e', (byte)'E');
        if (e >= 0)
        {
            var exponent = digits[(e + 1)..];
            _isExponentNegative = exponent[0] == '-';
            _exponent = exponent.TrimStart("+-"u8).TrimStart((byte)'0');
            digits = digits[..e];
        }

        var point = digits.IndexOf((byte)'.');
        _whole = point < 0 ? digits : digits[..point];
        _fraction = point < 0 ? default : digits[(point + 1)..];
    }

    private int DigitCount => _whole.Length + _fraction.Length;

    /// <summary>The number times ten to the power of <paramref name="scale"/>, cut off behind the point.</summary>
    /// <returns>False when that is outside the range of 64 bits.</returns>
    public bool TryScale(int scale, out long value, out bool isExact)
    {
        value = 0;
        isExact = true;
        var places = _whole.Length + Exponent + scale;
        var sum = 0UL;
        for (var i = 0; i < DigitCount; i++)
        {
            if (i >= places)
            {
                isExact &= Digit(i) == 0;
            }
            else if (!TryAppend(ref sum, Digit(i)))
            {
                return false;
            }
        }

        for (long i = DigitCount; i < places && sum > 0; i++)
        {
            if (!TryAppend(ref sum, 0))
            {
                return false;
            }
        }

        value = _isNegative ? (long)(0 - sum) : (long)sum;
        return sum <= long.MaxValue || (_isNegative && sum == 1UL << 63);
    }

    /// <summary>True when both are the same number, however each is spelled: <c>1</c>, <c>1.0</c>, <c>10e-1</c>.</summary>
    public bool IsSameAs(DecimalNumber other)
    {
        Trim(out var first, out var last);
        other.Trim(out var otherFirst, out var otherLast);
        if (first > last || otherFirst > otherLast)
        {
            return first > last && otherFirst > otherLast;
        }

        if (_isNegative != other._isNegative || last - first != otherLast - otherFirst)
        {
            return false;
        }

        for (var i = 0; i <= last - first; i++)
        {
            if (Digit(first + i) != other.Digit(otherFirst + i))
            {
                return false;
            }
        }

        return IsExponentAhead(in other, (long)other._whole.Length - otherFirst - (_whole.Length - first));
    }

    // The exponent where it fits; else one so large that it says as much.
    private long Exponent
    {
        get
        {
            var value = _exponent.Length is 0 ? 0
                : _exponent.Length <= LongDigits ? Parse(_exponent)
                : Boundless;
            value = Math.Min(value, Boundless);
            return _isExponentNegative ? -value : value;
        }
    }

    private static bool TryAppend(ref ulong sum, int digit)
    {
        if (sum > (ulong.MaxValue - (ulong)digit) / 10)
        {
            return false;
        }

        sum = (sum * 10) + (ulong)digit;
        return true;
    }

    private int Digit(int index) => (index < _whole.Length ? _whole[index] : _fraction[index - _whole.Length]) - '0';

    // The first and the last digit that are not zero; for a zero, a first beyond the last.
    private void Trim(out int first, out int last)
    {
        first = 0;
        last = DigitCount - 1;
        while (first <= last && Digit(first) == 0)
        {
            first++;
        }

        while (last > first && Digit(last) == 0)
        {
            last--;
        }
    }

    // True when this exponent is the other's and so much more.
    private bool IsExponentAhead(in DecimalNumber other, long difference)
    {
        if (_exponent.Length <= LongDigits && other._exponent.Length <= LongDigits)
        {
            var own = Parse(_exponent) * (_isExponentNegative ? -1 : 1);
            return own - (Parse(other._exponent) * (other._isExponentNegative ? -1 : 1)) == difference;
        }

        if (_isExponentNegative != other._isExponentNegative)
        {
            // Further apart than the digits of any text can be many.
            return false;
        }

        var isMore = difference >= 0 != _isExponentNegative;
        return isMore
            ? IsSum(_exponent, other._exponent, Math.Abs(difference))
            : IsSum(other._exponent, _exponent, Math.Abs(difference));
    }

    // Whether sum = term + addend, digit by digit from the last.
    private static bool IsSum(ReadOnlySpan<byte> sum, ReadOnlySpan<byte> term, long addend)
    {
        var carry = addend;
        for (var i = 1; i <= sum.Length; i++)
        {
            carry += i <= term.Length ? term[^i] - '0' : 0;
            if (carry % 10 != sum[^i] - '0')
            {
                return false;
            }

            carry /= 10;
        }

        return carry == 0 && term.Length <= sum.Length;
    }

    private static long Parse(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long value, out _) ? value : 0;
}
