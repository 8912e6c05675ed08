using System.Buffers;

namespace Switchboard.Engine.Tokenization;

/// <summary>Finds control and user-defined tokens in text: leftmost first, longest at each place.</summary>
internal sealed class SpecialTokens
{
    private readonly SearchValues<string> _any;
    private readonly Dictionary<string, (int Id, bool Control)>.AlternateLookup<ReadOnlySpan<char>> _tokens;

    /// <summary>The lengths of the tokens that begin with a character, longest first.</summary>
    private readonly Dictionary<char, int[]> _lengths;

    public SpecialTokens(Vocabulary vocabulary)
    {
        var tokens = new Dictionary<string, (int Id, bool Control)>(StringComparer.Ordinal);
        for (var id = 0; id < vocabulary.Size; id++)
        {
            var kind = vocabulary.Kind(id);
            if (kind is TokenKind.Control or TokenKind.Unknown or TokenKind.UserDefined && vocabulary.Text(id).Length > 0)
            {
                tokens[vocabulary.Text(id)] = (id, kind != TokenKind.UserDefined);
            }
        }

        _any = SearchValues.Create([.. tokens.Keys], StringComparison.Ordinal);
        _tokens = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = tokens.Keys
            .GroupBy(static text => text[0])
            .ToDictionary(static group => group.Key, static group => group.Select(static text => text.Length).Distinct().OrderDescending().ToArray());
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
            foreach (var length in _lengths[text[at]])
            {
                if (length <= text.Length - at
                    && _tokens.TryGetValue(text.Slice(at, length), out var token)
                    && (!token.Control || mayControl(at, length)))
                {
                    found = (token.Id, at, length);
                    return true;
                }
            }
        }

        found = default;
        return false;
    }
}
