using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>A JSON Web Token: header and payload, which begin as base64 of a JSON object does, and a signature.</summary>
internal sealed class JwtDetector() : Detector("SECRET", SearchValues.Create("e"))
{
    private const string Start = "eyJ";
    private const int Most = 16 * 1024;
    private const int Least = 8;

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        if (!text.StartsWith(Start))
        {
            return text.Length < Start.Length && Start.StartsWith(text, StringComparison.Ordinal) ? Wait(isEnd, out found) : No(out found);
        }

        var run = Run(text, PrefixedDetector.Dotted, Most);
        if (run == text.Length && run < Most && !isEnd)
        {
            return Wait(isEnd, out found);
        }

        var token = text[..run];
        var first = token.IndexOf('.');
        var payload = first < Least ? default : token[(first + 1)..];
        var second = payload.IndexOf('.');
        return second >= Least && payload.StartsWith(Start) ? Yes(run, out found) : No(out found);
    }
}
