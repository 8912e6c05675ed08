using System.Text.RegularExpressions;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>
/// Finds what a regular expression matches. Of a text that grows the last <paramref name="window"/> characters are
/// undecided: a match that is no longer is found as in the whole text, a longer one as far as it was seen.
/// </summary>
internal sealed class RegexFinder(Regex regex, int window) : TextFinder
{
    private const string Kind = "REDACTED";

    /// <inheritdoc/>
    public override bool TryFind(ReadOnlySpan<char> text, int from, bool isEnd, out Finding found, out int safe)
    {
        // One more, so that the ends of words and lines are seen.
        var decided = isEnd ? text.Length : Math.Max(from, text.Length - window);
        foreach (var match in regex.EnumerateMatches(text, from))
        {
            if (match.Index >= decided)
            {
                break;
            }

            if (match.Length > 0)
            {
                found = new Finding(match.Index, match.Length, Kind);
                safe = match.Index;
                return true;
            }
        }

        found = default;
        safe = decided;
        return false;
    }
}
