using System.Buffers;

namespace Switchboard.Engine.Tokenization;

/// <summary>Finds control and user-defined tokens in text: leftmost first, longest at each place.</summary>
internal sealed class SpecialTokens
{
    private readonly SearchValues<string> _any;
    private readonly Dictionary<char, (string Text, int Id, bool Control)[]> _byFirst;

    public SpecialTokens(Vocabulary vocabulary)
    {
        var tokens = new List<(string Text, int Id, bool Control)>();
        for (var id = 0; id < vocabulary.Size; id++)
        {
            var kind = vocabulary.Kind(id);
            if (kind is TokenKind.Control or TokenKind.Unknown or TokenKind.UserDefined && vocabulary.Text(id).Length > 0)
            {
                tokens.Add((vocabulary.Text(id), id, kind != TokenKind.UserDefined));
            }
        }

        _any = SearchValues.Create([.. tokens.Select(static token => token.Text)], StringComparison.Ordinal);
        _byFirst = tokens
            .GroupBy(static token => token.Text[0])
            .ToDictionary(static group => group.Key, static group => group.OrderByDescending(static token => token.Text.Length).ToArray());
    }

    /// <summary>Finds the next special token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="mayControl">Whether a stretch of the text may be a control token; user-defined tokens may be anywhere.</param>
    /// <param name="found">The token's id, place and length.</param>
    public bool TryFind(ReadOnlySpan<char> text, int start, Func<int, int, bool> mayControl, out (int Id, int Start, int Length) found)
    {
        for (var at = start; at < text.Length; at++)
        {
            var next = text[at..].IndexOfAny(_any);
            if (next < 0)
            {
                break;
            }

            at += next;
            foreach (var (token, id, control) in _byFirst[text[at]])
            {
                if (text[at..].StartsWith(token, StringComparison.Ordinal) && (!control || mayControl(at, token.Length)))
                {
                    found = (id, at, token.Length);
                    return true;
                }
            }
        }

        found = default;
        return false;
    }
}
