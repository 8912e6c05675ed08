using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>A phone number: with the code of its country behind <c>+</c> or <c>00</c>, or as North America writes it.</summary>
internal sealed class PhoneDetector() : Detector("PHONE", SearchValues.Create("+(0123456789"))
{
    private const int Longest = 32;
    private const int Least = 8;
    private const int Most = 15;

    private static readonly SearchValues<char> s_signs = SearchValues.Create("0123456789 -./()");
    private static readonly string[] s_american = ["(ddd) ddd-dddd", "(ddd)ddd-dddd", "ddd-ddd-dddd", "ddd.ddd.dddd"];

    /// <inheritdoc/>
    public override bool MayFollow(char before) => base.MayFollow(before) && before is not ('.' or '-' or '+');

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        var isPlus = text[0] == '+';
        if (!isPlus && !text.StartsWith("00"))
        {
            return text is "0" ? Wait(isEnd, out found) : TestAmerican(text, isEnd, out found);
        }

        // The number, with its country: it begins with no zero.
        var start = isPlus ? 1 : 2;
        if (text.Length == start)
        {
            return Wait(isEnd, out found);
        }

        return text[start] is >= '1' and <= '9' ? TestCountry(text, start, isEnd, out found) : No(out found);
    }

    private static Verdict TestCountry(ReadOnlySpan<char> text, int start, bool isEnd, out Range found)
    {
        var run = Run(text[start..], s_signs, Longest);
        if (start + run == text.Length && run < Longest && !isEnd)
        {
            return Wait(isEnd, out found);
        }

        // Of more digits than a number has the last groups are something else: a date, the next number.
        var (digits, group, end) = (0, 0, start);
        for (var i = start; i <= start + run; i++)
        {
            if (i < start + run && char.IsAsciiDigit(text[i]))
            {
                group++;
            }
            else if (group > 0)
            {
                if (digits + group > Most)
                {
                    break;
                }

                (digits, group, end) = (digits + group, 0, i);
            }
        }

        return digits >= Least ? Yes(end, out found) : No(out found);
    }

    private static Verdict TestAmerican(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        var isOpen = false;
        foreach (var form in s_american)
        {
            switch (Fits(text, form))
            {
                case Verdict.Yes when text.Length > form.Length && (char.IsAsciiDigit(text[form.Length]) || text[form.Length] == '-'):
                    break;
                case Verdict.Yes when text.Length > form.Length || isEnd:
                    return Yes(form.Length, out found);
                case Verdict.Yes or Verdict.Wait:
                    isOpen = true;
                    break;
            }
        }

        return isOpen ? Wait(isEnd, out found) : No(out found);
    }

    private static Verdict Fits(ReadOnlySpan<char> text, string form)
    {
        for (var i = 0; i < form.Length; i++)
        {
            if (i == text.Length)
            {
                return Verdict.Wait;
            }

            if (form[i] == 'd' ? !char.IsAsciiDigit(text[i]) : text[i] != form[i])
            {
                return Verdict.No;
            }
        }

        return Verdict.Yes;
    }
}
