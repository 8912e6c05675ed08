using System.Buffers;
using System.Globalization;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>
/// What is held back of a text, as it stands or as whoever reads it as JSON will see it: there escapes are what they stand
/// for, and each character knows where in the text it lies.
/// </summary>
/// <param name="unescapes">The text is seen as JSON.</param>
internal sealed class HeldText(bool unescapes)
{
    private const int EscapeLength = 6;

    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdefABCDEF");

    private readonly OwnedText _text = new();
    private char[] _seen = [];
    private int[] _starts = [];
    private int _length;
    private int _read;

    /// <summary>The characters that are seen.</summary>
    public ReadOnlySpan<char> Chars => unescapes ? _seen.AsSpan(0, _length) : _text.Chars;

    /// <summary>Takes what came.</summary>
    /// <param name="input">What came; it is empty afterwards.</param>
    /// <param name="isEnd">An escape that is not whole is none.</param>
    public void Take(OwnedText input, bool isEnd)
    {
        _text.Take(input);
        if (unescapes)
        {
            Read(isEnd);
        }
    }

    /// <summary>Whose a character is; null where there is none.</summary>
    public int? OwnerOf(int at) => PlaceOf(at) is var place && place < _text.Length ? _text.Owners[place] : null;

    /// <summary>Whether an escape is among characters, or next to them.</summary>
    public bool HasEscape(int start, int length)
    {
        var (from, to) = (Math.Max(start - 1, 0), Math.Min(start + length + 1, Chars.Length));
        return PlaceOf(to) - PlaceOf(from) != to - from;
    }

    /// <summary>Passes characters on as they stand.</summary>
    public void CopyTo(OwnedText output, int start, int length)
    {
        var place = PlaceOf(start);
        output.Append(_text, place, PlaceOf(start + length) - place);
    }

    /// <summary>Forgets the first characters.</summary>
    public void RemoveFirst(int count)
    {
        var place = PlaceOf(count);
        _text.RemoveFirst(place);
        if (unescapes)
        {
            _read -= place;
            _length -= count;
            _seen.AsSpan(count, _length).CopyTo(_seen);
            for (var i = 0; i < _length; i++)
            {
                _starts[i] = _starts[i + count] - place;
            }
        }
    }

    private int PlaceOf(int at) => !unescapes ? at : at < _length ? _starts[at] : _read;

    private void Read(bool isEnd)
    {
        var text = _text.Chars;
        if (text.Length > _seen.Length)
        {
            Array.Resize(ref _seen, Math.Max(text.Length, _seen.Length * 2));
            Array.Resize(ref _starts, _seen.Length);
        }

        while (_read < text.Length)
        {
            var (character, length) = Next(text[_read..]);
            if (length == 0 && !isEnd)
            {
                return;
            }

            (_seen[_length], _starts[_length]) = (length == 0 ? '\\' : character, _read);
            _length++;
            _read += Math.Max(length, 1);
        }
    }

    // Of how many it is made; 0 where what follows decides.
    private static (char Character, int Length) Next(ReadOnlySpan<char> text)
    {
        if (text[0] != '\\')
        {
            return (text[0], 1);
        }

        if (text.Length == 1)
        {
            return default;
        }

        return text[1] switch
        {
            'u' => Code(text),
            'n' => ('\n', 2),
            'r' => ('\r', 2),
            't' => ('\t', 2),
            'b' => ('\b', 2),
            'f' => ('\f', 2),
            '"' or '\\' or '/' => (text[1], 2),
            _ => ('\\', 1),
        };
    }

    private static (char Character, int Length) Code(ReadOnlySpan<char> text)
    {
        var digits = text[2..Math.Min(text.Length, EscapeLength)];
        return digits.ContainsAnyExcept(s_hex) ? ('\\', 1)
            : text.Length < EscapeLength ? default
            : ((char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), EscapeLength);
    }
}
