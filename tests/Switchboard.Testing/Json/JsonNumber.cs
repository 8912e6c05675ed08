using System.Globalization;
using System.Numerics;

namespace Switchboard.Testing.Json;

/// <summary>Numbers as JSON spells them, compared by value.</summary>
internal static class JsonNumber
{
    // What a double holds at most; of a number with more digits no reader can keep all.
    private const int DoubleDigits = 17;

    /// <summary>Equal as decimals of any size; as doubles where one has more digits than a double holds.</summary>
    public static bool IsSame(string expected, string actual)
    {
        if (expected == actual)
        {
            return true;
        }

        var (left, right) = (Read(expected), Read(actual));
        return left == right
            || ((left.Digits.Length > DoubleDigits || right.Digits.Length > DoubleDigits) && HasFraction(left, right) && ToDouble(expected).Equals(ToDouble(actual)));
    }

    // Whole numbers are not doubles: an int64 identifier must come back to the last digit.
    private static bool HasFraction(Value left, Value right) => left.Exponent < 0 || right.Exponent < 0;

    private static double ToDouble(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The number as its significant digits times a power of ten; zero has no digits and no sign.</summary>
    private static Value Read(string text)
    {
        var mantissa = text.AsSpan().TrimStart('-');
        var exponent = BigInteger.Zero;
        if (mantissa.IndexOfAny('e', 'E') is var at and >= 0)
        {
            exponent = BigInteger.Parse(mantissa[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..at];
        }

        var digits = mantissa.ToString();
        if (digits.IndexOf('.', StringComparison.Ordinal) is var point and >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }

        var significant = digits.TrimEnd('0');
        exponent += digits.Length - significant.Length;
        significant = significant.TrimStart('0');
        return significant.Length == 0 ? new Value(false, "", 0) : new Value(text[0] == '-', significant, exponent);
    }

    private readonly record struct Value(bool IsNegative, string Digits, BigInteger Exponent);
}
