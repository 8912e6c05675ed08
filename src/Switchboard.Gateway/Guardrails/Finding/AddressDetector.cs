using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>An IP address, version 4 or 6.</summary>
internal sealed class AddressDetector() : Detector("IP_ADDRESS", SearchValues.Create("0123456789abcdefABCDEF:"))
{
    private const int Longest = 45;

    private static readonly SearchValues<char> s_signs = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <inheritdoc/>
    public override bool MayFollow(char before) => base.MayFollow(before) && before is not ('.' or ':');

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        var run = Run(text, s_signs, Longest + 1);
        if (run == text.Length && run <= Longest && !isEnd)
        {
            return Wait(isEnd, out found);
        }

        var isWord = run < text.Length && (char.IsLetterOrDigit(text[run]) || text[run] == '_');
        var address = text[..run].TrimEnd('.');
        address = address.EndsWith("::", StringComparison.Ordinal) ? address : address.TrimEnd(':');
        if (!isWord && IsAddress(address))
        {
            return Yes(address.Length, out found);
        }

        // A port may follow.
        var colon = address.IndexOf(':');
        return colon > 0 && !isWord && IsFour(address[..colon]) ? Yes(colon, out found) : No(out found);
    }

    private static bool IsAddress(ReadOnlySpan<char> text) => IsFour(text) || IsSix(text);

    private static bool IsFour(ReadOnlySpan<char> text) =>
        text.Count('.') == 3 && text.Length >= 7 && !text.Contains(':') && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork;

    // Two words with colons between them are no address: programs have those, too.
    private static bool IsSix(ReadOnlySpan<char> text) =>
        text.Length >= 7 && text.Count(':') >= 3 && text.ContainsAnyInRange('0', '9') && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
}
