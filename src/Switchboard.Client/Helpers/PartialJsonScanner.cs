using System.Buffers;
using System.Text;

namespace Switchboard.Client.Helpers;

/// <summary>Follows JSON byte by byte and knows at each how much of it stands for itself and what would close it.</summary>
internal sealed class PartialJsonScanner
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(b => (byte)b), .. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]);

    // True for an object, false for an array; the innermost last.
    private readonly List<bool> _open = [];
    private State _state = State.Value;
    private int _position;
    private bool _inKey;
    private int _hexDigits;
    private int _hex;
    private int _charStart;
    private int _charEnd;
    private byte[] _literal = [];
    private int _literalLength;
    private bool _isMalformed;

    private enum State
    {
        Value,
        ValueOrEnd,
        Key,
        KeyOrEnd,
        Colon,
        AfterValue,
        Text,
        Escape,
        Hex,
        Utf8,
        Literal,
        Minus,
        Zero,
        Digits,
        Point,
        Fraction,
        Exponent,
        ExponentSign,
        ExponentDigits,
    }

    /// <summary>How many bytes the longest completion takes over; 0 before anything of a value has come.</summary>
    public int Safe { get; private set; }

    /// <summary>Whether what came cannot be the beginning of JSON; all after that is left aside.</summary>
    public bool IsMalformed => _isMalformed;

    /// <summary>Whether it is one whole value. More digits could still follow a number that stands alone.</summary>
    public bool IsComplete => !_isMalformed && _open.Count == 0 && (_state == State.AfterValue || IsWholeNumber);

    /// <summary>What follows the safe bytes: the end of a text or word, then of all that is open.</summary>
    public int TailLength => LeafTail.Length + _open.Count;

    private bool IsWholeNumber => _state is State.Zero or State.Digits or State.Fraction or State.ExponentDigits;

    private ReadOnlySpan<byte> LeafTail => _state switch
    {
        State.Text or State.Escape or State.Hex or State.Utf8 when !_inKey => "\""u8,
        State.Literal => _literal.AsSpan(_literalLength),
        _ => default,
    };

    /// <summary>Writes what <see cref="TailLength"/> counts.</summary>
    public void WriteTail(Span<byte> output)
    {
        var leaf = LeafTail;
        leaf.CopyTo(output);
        for (int i = _open.Count - 1, at = leaf.Length; i >= 0; i--, at++)
        {
            output[at] = _open[i] ? (byte)'}' : (byte)']';
        }
    }

    /// <summary>Goes on to the end of the text, which is the one of the last call with more behind it.</summary>
    public void Scan(ReadOnlySpan<byte> text)
    {
        while (_position < text.Length && !_isMalformed)
        {
            if (_state == State.Text)
            {
                SkipText(text);
            }

            if (_position < text.Length)
            {
                _isMalformed = !Step(text[_position], text);
                _position++;
            }
        }
    }

    private void SkipText(ReadOnlySpan<byte> text)
    {
        var plain = text[_position..].IndexOfAny(s_special);
        plain = plain < 0 ? text.Length - _position : plain;
        if (plain > 0)
        {
            _position += plain;
            KeepText(_position);
        }
    }

    // A key counts only with its value.
    private void KeepText(int end) => Safe = _inKey ? Safe : end;

    private bool Step(byte b, ReadOnlySpan<byte> text) => _state switch
    {
        State.Text => StepText(b),
        State.Escape => StepEscape(b),
        State.Hex => StepHex(b),
        State.Utf8 => StepUtf8(text),
        State.Literal => StepLiteral(b),
        >= State.Minus => StepNumber(b),
        _ => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' || StepStructure(b),
    };

    private bool StepStructure(byte b) => _state switch
    {
        State.Value => StartValue(b),
        State.ValueOrEnd => b == (byte)']' ? Close(isObject: false) : StartValue(b),
        State.Key => StartKey(b),
        State.KeyOrEnd => b == (byte)'}' ? Close(isObject: true) : StartKey(b),
        State.Colon => b == (byte)':' && Go(State.Value),
        _ => FollowValue(b),
    };

    private bool StartKey(byte b)
    {
        _inKey = true;
        return b == (byte)'"' && Go(State.Text);
    }

    private bool StartValue(byte b)
    {
        switch (b)
        {
            case (byte)'"':
                _inKey = false;
                return Keep(State.Text);
            case (byte)'{':
                _open.Add(true);
                return Keep(State.KeyOrEnd);
            case (byte)'[':
                _open.Add(false);
                return Keep(State.ValueOrEnd);
            case (byte)'-':
                return Go(State.Minus);
            case (byte)'0':
                return Keep(State.Zero);
            case >= (byte)'1' and <= (byte)'9':
                return Keep(State.Digits);
            default:
                return StartLiteral(b);
        }
    }

    // The first letter already says which of the three it is.
    private bool StartLiteral(byte b)
    {
        var literal = b switch
        {
            (byte)'t' => "true"u8,
            (byte)'f' => "false"u8,
            (byte)'n' => "null"u8,
            _ => default,
        };
        _literalLength = 1;
        _literal = literal.ToArray();
        return !literal.IsEmpty && Keep(State.Literal);
    }

    private bool StepLiteral(byte b)
    {
        if (_literal[_literalLength] != b)
        {
            return false;
        }

        _literalLength++;
        return Keep(_literalLength == _literal.Length ? State.AfterValue : State.Literal);
    }

    private bool FollowValue(byte b)
    {
        if (b != (byte)',' || _open.Count == 0)
        {
            return b is (byte)'}' or (byte)']' && Close(b == (byte)'}');
        }

        return Go(_open[^1] ? State.Key : State.Value);
    }

    private bool Close(bool isObject)
    {
        if (_open.Count == 0 || _open[^1] != isObject)
        {
            return false;
        }

        _open.RemoveAt(_open.Count - 1);
        return Keep(State.AfterValue);
    }

    private bool StepText(byte b)
    {
        switch (b)
        {
            case (byte)'"' when _inKey:
                return Go(State.Colon);
            case (byte)'"':
                return Keep(State.AfterValue);
            case (byte)'\\':
                return Go(State.Escape);
            case >= 0x80:
                _charStart = _position;
                _charEnd = _position + (b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2);
                return b is >= 0xC2 and <= 0xF4 && Go(State.Utf8);
            default:
                return false;
        }
    }

    private bool StepUtf8(ReadOnlySpan<byte> text)
    {
        if (_position + 1 < _charEnd)
        {
            return (text[_position] & 0xC0) == 0x80;
        }

        if (Rune.DecodeFromUtf8(text[_charStart.._charEnd], out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        KeepText(_charEnd);
        return Go(State.Text);
    }

    private bool StepEscape(byte b)
    {
        (_hex, _hexDigits) = (0, 0);
        if (b == (byte)'u')
        {
            return Go(State.Hex);
        }

        if (!"\"\\/bfnrt"u8.Contains(b))
        {
            return false;
        }

        KeepText(_position + 1);
        return Go(State.Text);
    }

    private bool StepHex(byte b)
    {
        if (!char.IsAsciiHexDigit((char)b))
        {
            return false;
        }

        _hex = (_hex << 4) | Convert.ToInt32(((char)b).ToString(), 16);
        if (++_hexDigits < 4)
        {
            return true;
        }

        // The first half of a pair is no character yet.
        if (!char.IsHighSurrogate((char)_hex))
        {
            KeepText(_position + 1);
        }

        return Go(State.Text);
    }

    private bool StepNumber(byte b)
    {
        if (char.IsAsciiDigit((char)b))
        {
            return _state switch
            {
                State.Minus => Keep(b == (byte)'0' ? State.Zero : State.Digits),
                State.Zero => false,
                State.Point => Keep(State.Fraction),
                State.Exponent or State.ExponentSign => Keep(State.ExponentDigits),
                _ => Keep(_state),
            };
        }

        return b switch
        {
            (byte)'.' => _state is State.Zero or State.Digits && Go(State.Point),
            (byte)'e' or (byte)'E' => _state is State.Zero or State.Digits or State.Fraction && Go(State.Exponent),
            (byte)'+' or (byte)'-' => _state == State.Exponent && Go(State.ExponentSign),
            _ => IsWholeNumber && Go(State.AfterValue) && (b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' || FollowValue(b)),
        };
    }

    private bool Go(State next)
    {
        _state = next;
        return true;
    }

    private bool Keep(State next)
    {
        Safe = _position + 1;
        return Go(next);
    }
}
