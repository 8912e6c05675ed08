using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>A social security number of the United States, with its hyphens.</summary>
internal sealed class SocialSecurityDetector() : Detector("SSN", SearchValues.Create("012345678"))
{
    private const string Form = "ddd-dd-dddd";

    /// <inheritdoc/>
    public override bool MayFollow(char before) => base.MayFollow(before) && before is not ('-' or '.');

    /// <inheritdoc/>
    public override Verdict Test(ReadOnlySpan<char> text, bool isEnd, out Range found)
    {
        for (var i = 0; i < Form.Length; i++)
        {
            if (i == text.Length)
            {
                return Wait(isEnd, out found);
            }

            if (Form[i] == 'd' ? !char.IsAsciiDigit(text[i]) : text[i] != '-')
            {
                return No(out found);
            }
        }

        if (text.Length == Form.Length && !isEnd)
        {
            return Wait(isEnd, out found);
        }

        var isLonger = text.Length > Form.Length && (char.IsLetterOrDigit(text[Form.Length]) || text[Form.Length] == '-');
        var isGiven = text[..3] is not ("000" or "666") && text[4..6] is not "00" && text[7..11] is not "0000";
        return isGiven && !isLonger ? Yes(Form.Length, out found) : No(out found);
    }
}
