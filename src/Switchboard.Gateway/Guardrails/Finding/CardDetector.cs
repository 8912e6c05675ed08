using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>The number of a payment card: 13 to 19 digits whose last proves the others (Luhn).</summary>
internal sealed class CardDetector() : Detector("CARD", SearchValues.Create("23456"))
{
    private const int Least = 13;
    private const int Most = 19;

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        Span<byte> digits = stackalloc byte[Most + 1];
        Span<int> ends = stackalloc int[Most + 1];
        var count = DigitRun.Read(text, " -", digits, ends, out var isOpen);
        if (isOpen && !isEnd)
        {
            return Wait(isEnd, out found);
        }

        // A date may follow.
        for (var length = Math.Min(count, Most); length >= Least; length--)
        {
            if (DigitRun.EndsAt(ends, count, length) && IsIssued(digits, length) && IsProven(digits[..length]))
            {
                return Yes(ends[length - 1], out found);
            }
        }

        return No(out found);
    }

    // How long the numbers of an issuer are: a number of one in ten passes the proof by chance.
    private static bool IsIssued(ReadOnlySpan<byte> digits, int length) => ((digits[0] * 10) + digits[1]) switch
    {
        >= 40 and <= 49 => length is 13 or 16 or 19,
        >= 51 and <= 55 or >= 22 and <= 27 => length == 16,
        34 or 37 => length == 15,
        30 or 36 or 38 or 39 => length is 14 or 16,
        35 => length == 16,
        50 or (>= 56 and <= 69) => true,
        _ => false,
    };

    private static bool IsProven(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)];
            sum += i % 2 == 0 ? digit : digit < 5 ? digit * 2 : (digit * 2) - 9;
        }

        return sum % 10 == 0;
    }
}
