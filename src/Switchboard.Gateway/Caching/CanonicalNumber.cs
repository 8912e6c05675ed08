namespace Switchboard.Gateway.Caching;

/// <summary>The one spelling of a number: <c>1</c>, <c>1.0</c> and <c>10e-1</c> are the same.</summary>
internal static class CanonicalNumber
{
    // An exponent of more digits is no number that anybody means.
    private const int LongestExponent = 9;

    /// <summary>The most bytes that the spelling of a number of so many bytes has.</summary>
    public static int MostBytes(int length) => length + LongestExponent + 4;

    /// <summary>Writes it: the digits without zeros around them, and the power of ten.</summary>
    /// <param name="json">A JSON number.</param>
    /// <param name="output">At least <see cref="MostBytes"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(ReadOnlySpan<byte> json, Span<byte> output)
    {
        var at = json.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = at < 0 ? json : json[..at];
        if (!TryExponent(at < 0 ? default : json[(at + 1)..], out var exponent))
        {
            json.CopyTo(output);
            return json.Length;
        }

        var isNegative = mantissa[0] == (byte)'-';
        var length = isNegative ? 1 : 0;
        output[0] = (byte)'-';
        var start = length;
        var isFraction = false;
        foreach (var digit in mantissa[start..])
        {
            if (digit == (byte)'.')
            {
                isFraction = true;
                continue;
            }

            exponent -= isFraction ? 1 : 0;
            if (digit != (byte)'0' || length > start)
            {
                output[length++] = digit;
            }
        }

        while (length > start && output[length - 1] == (byte)'0')
        {
            length--;
            exponent++;
        }

        if (length == start)
        {
            // Nothing has no sign.
            output[0] = (byte)'0';
            return 1;
        }

        output[length++] = (byte)'e';
        exponent.TryFormat(output[length..], out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        return length + written;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        exponent = 0;
        var isNegative = !text.IsEmpty && text[0] == (byte)'-';
        var digits = text.TrimStart("+-"u8);
        if (digits.Length > LongestExponent)
        {
            return false;
        }

        foreach (var digit in digits)
        {
            exponent = (exponent * 10) + (digit - '0');
        }

        exponent = isNegative ? -exponent : exponent;
        return true;
    }
}
