using System.Text.Unicode;

namespace Switchboard.Protocol.Json;

/// <summary>Goes forward through one UTF-8 JSON value, token by token, and checks what it passes.</summary>
/// <remarks>
/// It begins on the value's first token. A value is read by standing on its first token and leaving the reader on its
/// last. Not JSON, invalid UTF-8, escaped halves of surrogate pairs, more than 128 levels and duplicate members are
/// all a <see cref="JsonException"/>; <see cref="WireJson"/> adds where.
/// </remarks>
public ref partial struct WireReader
{
    /// <summary>How many objects and arrays may be within each other.</summary>
    internal const int MaxDepth = 128;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly ReadOnlySpan<byte> _source;
    private readonly int _skipped;

    // Behind the current token.
    private int _position;
    private int _tokenStart;

    // A string between its quotes, or a number.
    private int _valueStart;
    private int _valueEnd;
    private JsonTokenType _token;
    private bool _isEscaped;

    // What the reader is in, the innermost in the lowest bit: one for an object.
    private int _depth;
    private ulong _inner;
    private ulong _outer;

    /// <summary>Stands on the first token of the JSON text; one byte order mark before it is passed over.</summary>
    /// <exception cref="JsonException">The text is empty, not valid UTF-8, or does not begin like JSON.</exception>
    public WireReader(ReadOnlySpan<byte> utf8Json)
    {
        _skipped = MarkLength(utf8Json);
        _source = utf8Json[_skipped..];
        if (!Utf8.IsValid(_source))
        {
            throw JsonFault.InvalidUtf8(_source);
        }

        ReadValue(Next());
    }

    /// <summary>The kind of the token that the reader stands on.</summary>
    public readonly JsonTokenType TokenType => _token;

    /// <summary>True on a JSON null.</summary>
    public readonly bool IsNull => _token == JsonTokenType.Null;

    /// <summary>The bytes of a string's token between its quotes, escapes and all; empty for a token of another kind.</summary>
    internal readonly ReadOnlySpan<byte> ValueSpan => _token == JsonTokenType.String ? Value : default;

    /// <summary>The kind of the value that begins here; none for null.</summary>
    internal readonly WireKinds Kind => _token switch
    {
        JsonTokenType.String => WireKinds.String,
        JsonTokenType.Number => WireKinds.Number,
        JsonTokenType.True or JsonTokenType.False => WireKinds.Boolean,
        JsonTokenType.StartArray => WireKinds.Array,
        JsonTokenType.StartObject => WireKinds.Object,
        _ => WireKinds.None,
    };

    /// <summary>Where the current token begins; see <see cref="TextFrom"/>.</summary>
    internal readonly int Offset => _tokenStart;

    /// <summary>Where the current token begins, in bytes from the start of what was given.</summary>
    internal readonly int Position => _tokenStart + _skipped;

    /// <summary>Checks that an object begins here.</summary>
    /// <exception cref="JsonException">Something else stands here.</exception>
    public readonly void ReadStartObject()
    {
        if (_token != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected("an object", _token);
        }
    }

    /// <summary>Goes to the value of the object's next member; false, on the object's end, when there is none.</summary>
    /// <param name="name">The member's name without escapes, as UTF-8.</param>
    /// <exception cref="JsonException">The text is not valid JSON.</exception>
    public bool NextMember(out ReadOnlySpan<byte> name)
    {
        if (!IsInObject)
        {
            throw JsonFault.Misplaced();
        }

        var next = Next();
        if (_token != JsonTokenType.StartObject && next == ',')
        {
            _position++;
            next = Next();
        }
        else if (next == '}')
        {
            Leave(JsonTokenType.EndObject);
            name = default;
            return false;
        }
        else if (_token != JsonTokenType.StartObject)
        {
            throw Invalid();
        }

        name = ReadName(next);
        ReadValue(Next());
        return true;
    }

    /// <summary>Checks that an array begins here.</summary>
    /// <exception cref="JsonException">Something else stands here.</exception>
    public readonly void ReadStartArray()
    {
        if (_token != JsonTokenType.StartArray)
        {
            throw JsonFault.Expected("an array", _token);
        }
    }

    /// <summary>Goes to the array's next element; false, on the array's end, when there is none.</summary>
    /// <exception cref="JsonException">The text is not valid JSON.</exception>
    public bool NextElement()
    {
        if (IsInObject || _depth == 0)
        {
            throw JsonFault.Misplaced();
        }

        var next = Next();
        if (_token != JsonTokenType.StartArray && next == ',')
        {
            _position++;
            next = Next();
        }
        else if (next == ']')
        {
            Leave(JsonTokenType.EndArray);
            return false;
        }
        else if (_token != JsonTokenType.StartArray)
        {
            throw Invalid();
        }

        ReadValue(next);
        return true;
    }

    /// <summary>Reads the value that begins here by its codec.</summary>
    /// <exception cref="JsonException">The value is not of that type.</exception>
    public T Read<T, TCodec>()
        where TCodec : IWireCodec<T> => TCodec.Read(ref this);

    /// <summary>Copies the value that begins here, whatever it is.</summary>
    /// <exception cref="JsonException">It is not valid JSON, or an object in it has two members of one name.</exception>
    public RawJson ReadRaw()
    {
        var start = Offset;
        Skip();
        return RawJson.Copy(TextFrom(start));
    }

    /// <summary>Passes over the value that begins here.</summary>
    /// <exception cref="JsonException">It is not valid JSON, or an object in it has two members of one name.</exception>
    public void Skip()
    {
        if (_token is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        using var names = new NameSet(_source);
        var depth = _depth;
        names.Open();
        while (_depth >= depth)
        {
            var isNamed = IsInObject;
            ReadOnlySpan<byte> name = default;
            if (!(isNamed ? NextMember(out name) : NextElement()))
            {
                names.Close();
                continue;
            }

            if (isNamed)
            {
                names.Add(name);
            }

            if (_token is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                names.Open();
            }
        }
    }

    /// <summary>The text from a token that began at this offset to the end of the current one.</summary>
    internal readonly ReadOnlySpan<byte> TextFrom(int offset) => _source[offset.._position];

    /// <summary>How many bytes the byte order mark takes that the text may begin with.</summary>
    internal static int MarkLength(ReadOnlySpan<byte> json) => json.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;

    /// <summary>Checks that nothing but white space follows the value.</summary>
    internal void ReadEnd()
    {
        if (_depth > 0)
        {
            throw JsonFault.Misplaced();
        }

        if (_source[_position..].IndexOfAnyExcept(WhiteSpace) >= 0)
        {
            throw Invalid();
        }
    }
}
