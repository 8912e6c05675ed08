using System.Buffers;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>How far a bracket is.</summary>
internal enum BracketState
{
    /// <summary>Its other end has not come.</summary>
    Open,

    /// <summary>Its other end is the last byte that was scanned.</summary>
    Closed,

    /// <summary>It is none, or what follows cannot be.</summary>
    Broken,
}

/// <summary>Finds the end of a bracket in text that comes in pieces, looking at each byte once.</summary>
internal struct BracketScan
{
    private const int MostDepth = 128;

    private static readonly SearchValues<byte> s_ofJson = SearchValues.Create("{}[]\":,+-.0123456789eEtrufalsn \t\r\n"u8);
    private static readonly SearchValues<byte> s_ofJsonString = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> s_ofPythonString = SearchValues.Create("\"'\\"u8);

    private UInt128 _curly;
    private UInt128 _square;
    private int _depth;
    private byte _quote;

    /// <summary>How many bytes have been looked at.</summary>
    public int Scanned { get; private set; }

    /// <summary>Goes on with the same text, which may have grown.</summary>
    public BracketState Scan(ReadOnlySpan<byte> text, bool isPython)
    {
        while (Scanned < text.Length)
        {
            if (_quote != 0)
            {
                if (!PassString(text, isPython))
                {
                    break;
                }

                continue;
            }

            var value = text[Scanned];
            if (!Take(value, isPython) || _depth == 0)
            {
                var isClosed = _depth == 0 && value is (byte)'}' or (byte)']' or (byte)')' && Scanned > 0;
                Scanned += isClosed ? 1 : 0;
                return isClosed ? BracketState.Closed : BracketState.Broken;
            }

            Scanned++;
        }

        return BracketState.Open;
    }

    // False where the string goes on beyond the text.
    private bool PassString(ReadOnlySpan<byte> text, bool isPython)
    {
        var at = text[Scanned..].IndexOfAny(isPython ? s_ofPythonString : s_ofJsonString);
        if (at < 0)
        {
            Scanned = text.Length;
            return false;
        }

        Scanned += at;
        if (text[Scanned] == '\\')
        {
            if (Scanned + 1 == text.Length)
            {
                return false;
            }

            Scanned++;
        }
        else if (text[Scanned] == _quote)
        {
            _quote = 0;
        }

        Scanned++;
        return true;
    }

    private bool Take(byte value, bool isPython)
    {
        switch (value)
        {
            case (byte)'"':
                _quote = value;
                return _depth > 0;
            case (byte)'\'' when isPython:
                _quote = value;
                return _depth > 0;
            case (byte)'{' or (byte)'[' or (byte)'(' when isPython || value != '(':
                return Open(value);
            case (byte)'}' or (byte)']' or (byte)')' when isPython || value != ')':
                return Close(value);
            default:
                return isPython || s_ofJson.Contains(value);
        }
    }

    private bool Open(byte value)
    {
        var bit = UInt128.One << _depth;
        _curly = value == '{' ? _curly | bit : _curly & ~bit;
        _square = value == '[' ? _square | bit : _square & ~bit;
        return ++_depth < MostDepth;
    }

    private bool Close(byte value)
    {
        if (_depth == 0)
        {
            return false;
        }

        var bit = UInt128.One << --_depth;
        var opening = (_curly & bit) != 0 ? '}' : (_square & bit) != 0 ? ']' : ')';
        if (value == opening)
        {
            return true;
        }

        _depth++;
        return false;
    }
}
