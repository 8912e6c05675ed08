using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>A key that begins with something well known and goes on in a set of characters.</summary>
/// <param name="prefix">How it begins.</param>
/// <param name="set">The characters that follow.</param>
/// <param name="least">How many at least.</param>
/// <param name="most">How many at most; where that is the same, it ends there.</param>
internal sealed class PrefixedDetector(string prefix, SearchValues<char> set, int least, int most = PrefixedDetector.Longest)
    : Detector("SECRET", SearchValues.Create([prefix[0]]))
{
    /// <summary>The most characters of one that may be of any length.</summary>
    public const int Longest = 4096;

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Letters and digits.</summary>
    public static SearchValues<char> Plain { get; } = SearchValues.Create(Letters);

    /// <summary>Large letters and digits.</summary>
    public static SearchValues<char> Upper { get; } = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>Letters, digits and <c>_</c>.</summary>
    public static SearchValues<char> Word { get; } = SearchValues.Create(Letters + "_");

    /// <summary>Those of base64 in addresses.</summary>
    public static SearchValues<char> Url { get; } = SearchValues.Create(Letters + "_-");

    /// <summary>Those of base64.</summary>
    public static SearchValues<char> Base64 { get; } = SearchValues.Create(Letters + "+/=");

    /// <summary>Those of base64 in addresses, and full stops.</summary>
    public static SearchValues<char> Dotted { get; } = SearchValues.Create(Letters + "_-.");

    /// <summary>There must be a digit: names of packages have none.</summary>
    public bool NeedsDigit { get; init; }

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        if (text.Length < prefix.Length)
        {
            return prefix.StartsWith(text, StringComparison.Ordinal) ? Wait(isEnd, out found) : No(out found);
        }

        if (!text.StartsWith(prefix))
        {
            return No(out found);
        }

        // One more than it may have shows whether it ends there.
        var rest = text[prefix.Length..];
        var run = Run(rest, set, most + 1);
        if (run == rest.Length && run <= most && !isEnd)
        {
            return Wait(isEnd, out found);
        }

        var isOne = run >= least && (run <= most || most > least) && (!NeedsDigit || rest[..run].ContainsAnyInRange('0', '9'));
        return isOne ? Yes(prefix.Length + Math.Min(run, most), out found) : No(out found);
    }
}
