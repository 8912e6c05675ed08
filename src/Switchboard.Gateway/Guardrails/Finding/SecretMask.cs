using System.Text;
using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>Takes keys, tokens and passwords out of texts that are told to operators.</summary>
internal static class SecretMask
{
    private static readonly TextFinder s_finder = Secrets.CreateFinder();

    /// <summary>The text with their kinds in their places; the same where there are none.</summary>
    public static string Hide(string text)
    {
        text = KeyText.Hide(text);
        StringBuilder? hidden = null;
        var taken = 0;
        while (s_finder.TryFind(text, taken, isEnd: true, out var found, out _))
        {
            (hidden ??= new StringBuilder(text.Length)).Append(text, taken, found.Start - taken).Append('[').Append(found.Kind).Append(']');
            taken = found.Start + found.Length;
        }

        return hidden?.Append(text, taken, text.Length - taken).ToString() ?? text;
    }
}
