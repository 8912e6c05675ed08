using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>
/// What is assigned to a name that speaks of a secret, and looks like none of a language: <c>password = …</c>,
/// <c>"api_key": "…"</c>, <c>Bearer …</c>. Found is the value, not the name.
/// </summary>
internal sealed class AssignedDetector() : Detector("SECRET", SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"))
{
    private const int LongestName = 64;
    private const int LongestGap = 16;
    private const int Least = 12;
    private const int Most = 1024;
    private const double LeastEntropy = 3.0;

    private static readonly SearchValues<char> s_name = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
    private static readonly SearchValues<char> s_gap = SearchValues.Create(" \t\"'`\\");
    private static readonly SearchValues<char> s_value = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/=.~!@#%^&*$");

    private static readonly SearchValues<string> s_words = SearchValues.Create(
        ["password", "passwd", "pwd", "secret", "token", "apikey", "api_key", "api-key", "access_key", "access-key", "private_key", "credential", "bearer"],
        StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        var name = Run(text, s_name, LongestName);
        if (name == text.Length)
        {
            return Wait(isEnd, out found);
        }

        if (!text[..name].ContainsAny(s_words))
        {
            return No(out found);
        }

        var at = Gap(text, name);
        if (at < text.Length && text[at] is ':' or '=')
        {
            at = Gap(text, at + 1);
        }
        else if (at < text.Length && !text[..name].EndsWith("bearer", StringComparison.OrdinalIgnoreCase))
        {
            return No(out found);
        }

        return at == text.Length ? Wait(isEnd, out found) : TestValue(text, at, isEnd, out found);
    }

    private static Verdict TestValue(ReadOnlySpan<char> text, int start, bool isEnd, out Range found)
    {
        var run = Run(text[start..], s_value, Most);
        if (start + run == text.Length && run < Most && !isEnd)
        {
            return Wait(isEnd, out found);
        }

        // A full stop ends the sentence.
        var value = text.Slice(start, run).TrimEnd("./");
        var isOne = value.Length >= Least && value[0] != '$' && value.ContainsAnyInRange('0', '9') && Entropy(value) >= LeastEntropy;
        return isOne ? Yes(start..(start + value.Length), out found) : No(out found);
    }

    private static int Gap(ReadOnlySpan<char> text, int at) => at + Run(text[at..], s_gap, LongestGap);

    // Bits a character.
    private static double Entropy(ReadOnlySpan<char> value)
    {
        Span<int> counts = stackalloc int[128];
        foreach (var character in value)
        {
            counts[character]++;
        }

        var sum = 0d;
        foreach (var count in counts)
        {
            if (count > 0)
            {
                var share = (double)count / value.Length;
                sum -= share * Math.Log2(share);
            }
        }

        return sum;
    }
}
