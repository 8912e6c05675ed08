using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>The number of a bank account (IBAN), of the length of its country, whose check digits prove it (mod 97).</summary>
internal sealed class IbanDetector() : Detector("IBAN", SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
{
    private const string Lengths =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23" +
        "IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22SA24SC31SD18SE24SI19SK24" +
        "SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";

    private const int Longest = 34;

    private static readonly Dictionary<int, int> s_lengths = Enumerable.Range(0, Lengths.Length / 4)
        .ToDictionary(i => Country(Lengths[4 * i], Lengths[(4 * i) + 1]), i => int.Parse(Lengths.AsSpan((4 * i) + 2, 2), System.Globalization.CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        Span<char> signs = stackalloc char[Longest];
        var (count, length, end) = (0, 4, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(text[i]))
            {
                if (count == length)
                {
                    // Longer than those of its country; behind a blank it is another word.
                    return end == i ? No(out found) : Prove(signs[..count], end, out found);
                }

                signs[count++] = char.ToUpperInvariant(text[i]);
                end = i + 1;
                if (count == 4 && !TryHead(signs, out length))
                {
                    return No(out found);
                }
            }
            else if (count == length)
            {
                return Prove(signs[..count], end, out found);
            }
            else if (text[i] != ' ' || end != i || count < 4)
            {
                return No(out found);
            }
        }

        return !isEnd ? Wait(isEnd, out found) : count == length ? Prove(signs[..count], end, out found) : No(out found);
    }

    private static bool TryHead(ReadOnlySpan<char> signs, out int length) =>
        s_lengths.TryGetValue(Country(signs[0], signs[1]), out length) && char.IsAsciiDigit(signs[2]) && char.IsAsciiDigit(signs[3]);

    private static Verdict Prove(ReadOnlySpan<char> signs, int end, out Range found)
    {
        var rest = 0;
        for (var i = 0; i < signs.Length; i++)
        {
            var sign = signs[(i + 4) % signs.Length];
            rest = char.IsAsciiDigit(sign) ? ((rest * 10) + (sign - '0')) % 97 : ((rest * 100) + (sign - 'A' + 10)) % 97;
        }

        return rest == 1 ? Yes(end, out found) : No(out found);
    }

    private static int Country(char first, char second) => (first << 8) | second;
}
