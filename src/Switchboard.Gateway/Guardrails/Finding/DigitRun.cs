namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>Digits with single separators between them, as people write long numbers.</summary>
internal static class DigitRun
{
    /// <summary>Reads digits from the beginning of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="separators">What may stand between two digits.</param>
    /// <param name="digits">Takes the digits; as many as it has room for are read.</param>
    /// <param name="ends">Behind which character each digit ends, as many as <paramref name="digits"/>.</param>
    /// <param name="isOpen">The text ended before the number did.</param>
    /// <returns>How many digits there are.</returns>
    public static int Read(ReadOnlySpan<char> text, ReadOnlySpan<char> separators, Span<byte> digits, Span<int> ends, out bool isOpen)
    {
        var count = 0;
        var gap = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                if (count == digits.Length)
                {
                    isOpen = false;
                    return count;
                }

                digits[count] = (byte)(text[i] - '0');
                ends[count++] = i + 1;
                gap = 0;
            }
            else if (gap++ > 0 || !separators.Contains(text[i]))
            {
                isOpen = false;
                return count;
            }
        }

        isOpen = true;
        return count;
    }

    /// <summary>Whether a number may end behind this digit: no other digit follows at once.</summary>
    public static bool EndsAt(ReadOnlySpan<int> ends, int count, int digits) => digits == count || ends[digits] - ends[digits - 1] > 1;
}
