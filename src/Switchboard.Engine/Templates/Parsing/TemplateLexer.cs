using System.Text;

namespace Switchboard.Engine.Templates.Parsing;

/// <summary>
/// Cuts a template into tokens. White space as Hugging Face has it: a block's line break and its indentation are dropped
/// (<c>trim_blocks</c>, <c>lstrip_blocks</c>), and <c>-</c> inside a tag drops all on its side.
/// </summary>
internal sealed class TemplateLexer(string source)
{
    private static readonly string[] s_operators =
    [
        "==", "!=", "<=", ">=", "//", "**", "+", "-", "*", "/", "%", "~", "|", ".", ",", ":", "(", ")", "[", "]", "{", "}", "<", ">", "=",
    ];

    private readonly List<TemplateToken> _tokens = [];
    private int _position;

    /// <summary>What the last tag asked to be dropped at the beginning of the text after it.</summary>
    private Trim _trim;

    private enum Trim
    {
        Nothing,
        LineBreak,
        All,
    }

    public List<TemplateToken> Read()
    {
        while (_position < source.Length)
        {
            ReadText();
            if (_position < source.Length)
            {
                ReadTag();
            }
        }

        _tokens.Add(new(TemplateTokenKind.End, string.Empty, source.Length));
        return _tokens;
    }

    private static int NextTag(string source, int start)
    {
        for (var at = source.IndexOf('{', start); at >= 0 && at + 1 < source.Length; at = source.IndexOf('{', at + 1))
        {
            if (source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return source.Length;
    }

    private void ReadText()
    {
        var end = NextTag(source, _position);
        var text = source[_position..end];
        text = _trim switch
        {
            Trim.All => text.TrimStart(),
            Trim.LineBreak when text.StartsWith('\n') => text[1..],
            Trim.LineBreak when text.StartsWith("\r\n", StringComparison.Ordinal) => text[2..],
            _ => text,
        };
        text = TrimBeforeTag(text, end);
        if (text.Length > 0)
        {
            _tokens.Add(new(TemplateTokenKind.Text, text, _position));
        }

        _position = end;
    }

    private string TrimBeforeTag(string text, int tag)
    {
        if (tag >= source.Length)
        {
            return text;
        }

        var sign = tag + 2 < source.Length ? source[tag + 2] : ' ';
        if (sign == '-')
        {
            return text.TrimEnd();
        }

        if (source[tag + 1] == '{' || sign == '+')
        {
            return text;
        }

        // A block that stands first on its line takes the line's indentation with it.
        var trimmed = text.TrimEnd(' ', '\t');
        var first = trimmed.Length == 0 ? _position == 0 || source[tag - text.Length - 1] == '\n' : trimmed[^1] == '\n';
        return first ? trimmed : text;
    }

    private void ReadTag()
    {
        var kind = source[_position + 1];
        var start = _position;
        _position += 2;
        if (kind == '#')
        {
            var close = source.IndexOf("#}", _position, StringComparison.Ordinal);
            if (close < 0)
            {
                throw new TemplateFault("A comment has no end.");
            }

            _trim = source[close - 1] == '-' ? Trim.All : Trim.LineBreak;
            _position = close + 2;
            return;
        }

        if (_position < source.Length && source[_position] is '-' or '+')
        {
            _position++;
        }

        _tokens.Add(new(kind == '{' ? TemplateTokenKind.OutputStart : TemplateTokenKind.BlockStart, source.Substring(start, 2), start));
        ReadInside(kind == '{' ? "}}" : "%}");
    }

    private void ReadInside(string close)
    {
        // Braces of a dictionary inside {{ }} must not end the tag.
        var depth = 0;
        while (true)
        {
            SkipSpace();
            if (_position >= source.Length)
            {
                throw new TemplateFault("A tag has no end.");
            }

            if (depth == 0 && TryClose(close))
            {
                return;
            }

            var token = ReadToken();
            depth += token.Kind != TemplateTokenKind.Operator ? 0 : token.Text switch { "{" => 1, "}" => -1, _ => 0 };
            _tokens.Add(token);
        }
    }

    private bool TryClose(string close)
    {
        var sign = source[_position] is '-' or '+' ? 1 : 0;
        if (string.CompareOrdinal(source, _position + sign, close, 0, 2) != 0)
        {
            return false;
        }

        _trim = (sign, source[_position]) switch
        {
            (1, '-') => Trim.All,
            (0, _) when close == "%}" => Trim.LineBreak,
            _ => Trim.Nothing,
        };
        _tokens.Add(new(TemplateTokenKind.TagEnd, close, _position));
        _position += sign + 2;
        return true;
    }

    private void SkipSpace()
    {
        while (_position < source.Length && char.IsWhiteSpace(source[_position]))
        {
            _position++;
        }
    }

    private TemplateToken ReadToken()
    {
        var start = _position;
        var first = source[start];
        if (first is '\'' or '"')
        {
            return new(TemplateTokenKind.String, ReadString(first), start);
        }

        if (char.IsAsciiLetter(first) || first == '_')
        {
            return new(TemplateTokenKind.Name, ReadWhile(static c => char.IsAsciiLetterOrDigit(c) || c == '_'), start);
        }

        if (char.IsAsciiDigit(first))
        {
            return new(TemplateTokenKind.Number, ReadNumber(), start);
        }

        foreach (var text in s_operators)
        {
            if (string.CompareOrdinal(source, start, text, 0, text.Length) == 0)
            {
                _position += text.Length;
                return new(TemplateTokenKind.Operator, text, start);
            }
        }

        throw new TemplateFault($"The character '{first}' at {start} is not understood.");
    }

    private string ReadWhile(Func<char, bool> belongs)
    {
        var start = _position;
        while (_position < source.Length && belongs(source[_position]))
        {
            _position++;
        }

        return source[start.._position];
    }

    private string ReadNumber()
    {
        var whole = ReadWhile(char.IsAsciiDigit);
        if (_position + 1 < source.Length && source[_position] == '.' && char.IsAsciiDigit(source[_position + 1]))
        {
            _position++;
            return $"{whole}.{ReadWhile(char.IsAsciiDigit)}";
        }

        return whole;
    }

    private string ReadString(char quote)
    {
        var text = new StringBuilder();
        for (_position++; _position < source.Length; _position++)
        {
            var character = source[_position];
            if (character == quote)
            {
                _position++;
                return text.ToString();
            }

            if (character == '\\' && _position + 1 < source.Length)
            {
                _position++;
                character = Unescape(source[_position], text);
            }

            text.Append(character);
        }

        throw new TemplateFault("A text has no closing quote.");
    }

    private static char Unescape(char character, StringBuilder text)
    {
        switch (character)
        {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case '\\' or '\'' or '"':
                return character;
            default:
                // As in Python: an escape that is none keeps its backslash.
                text.Append('\\');
                return character;
        }
    }
}
