using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>A private key as PEM, from its first line to its last, or as far as there is one.</summary>
internal sealed class PrivateKeyDetector() : Detector("SECRET", SearchValues.Create("-"))
{
    private const string Begin = "-----BEGIN ";
    private const string Dashes = "-----";
    private const string What = "PRIVATE KEY";
    private const int LongestName = 64;
    private const int Most = 32 * 1024;

    private static readonly SearchValues<char> s_name = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ");

    // Those of headers (Proc-Type: 4,ENCRYPTED) and of line ends in JSON, too.
    private static readonly SearchValues<char> s_body = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-:,.\\ \r\n\t");

    /// <inheritdoc/>
    public override bool MayFollow(char before) => before != '-';

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        if (!text.StartsWith(Begin))
        {
            return text.Length < Begin.Length && Begin.StartsWith(text, StringComparison.Ordinal) ? Wait(isEnd, out found) : No(out found);
        }

        var name = Run(text[Begin.Length..], s_name, LongestName);
        var head = Begin.Length + name;
        if (text.Length < head + Dashes.Length)
        {
            return Wait(isEnd, out found);
        }

        if (!text[Begin.Length..head].EndsWith(What) && !text[Begin.Length..head].EndsWith(What + " BLOCK") || !text[head..].StartsWith(Dashes))
        {
            return No(out found);
        }

        return TestBody(text, head + Dashes.Length, isEnd, out found);
    }

    private static Verdict TestBody(ReadOnlySpan<char> text, int start, bool isEnd, out Range found)
    {
        var run = Run(text[start..], s_body, Most);
        var body = text.Slice(start, run);
        var end = body.IndexOf("-----END ");
        if (end >= 0)
        {
            var last = start + end + "-----END ".Length;
            var close = last + Run(text[last..], s_name, LongestName);
            if (text.Length >= close + Dashes.Length || isEnd)
            {
                return Yes(Math.Min(text.Length, close + Dashes.Length), out found);
            }

            return Wait(isEnd, out found);
        }

        return start + run == text.Length && run < Most && !isEnd ? Wait(isEnd, out found) : Yes(start + run, out found);
    }
}
