using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>An e-mail address.</summary>
internal sealed class EmailDetector() : Detector("EMAIL", SearchValues.Create(""))
{
    private const int LongestName = 256;
    private const int LongestHost = 256;

    /// <inheritdoc/>
    public override bool StartsWith(char character) => IsOfName(character) && character != '.';

    /// <inheritdoc/>
    public override bool MayFollow(char before) => !IsOfName(before);

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        var name = 0;
        while (name < text.Length && name < LongestName && IsOfName(text[name]))
        {
            name++;
        }

        if (name == text.Length)
        {
            return Wait(isEnd, out found);
        }

        if (text[name] != '@')
        {
            return No(out found);
        }

        var end = name + 1;
        while (end < text.Length && end - name <= LongestHost && IsOfHost(text[end]))
        {
            end++;
        }

        if (end == text.Length && end - name <= LongestHost && !isEnd)
        {
            return Wait(isEnd, out found);
        }

        var host = text[(name + 1)..end].TrimEnd(".-");
        return IsHost(host) ? Yes(name + 1 + host.Length, out found) : No(out found);
    }

    private static bool IsHost(ReadOnlySpan<char> host)
    {
        var dot = host.LastIndexOf('.');
        var top = host[(dot + 1)..];
        if (dot < 1 || top.Length < 2 || host.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var character in top)
        {
            if (!char.IsLetter(character) && !top.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOfName(char character) => char.IsLetterOrDigit(character) || character is '.' or '_' or '%' or '+' or '-' or '\'';

    private static bool IsOfHost(char character) => char.IsLetterOrDigit(character) || character is '.' or '-';
}
