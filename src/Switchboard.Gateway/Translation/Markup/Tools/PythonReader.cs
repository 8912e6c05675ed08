using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>Reads literals of Python, and calls whose arguments are such, and writes them as JSON.</summary>
internal ref struct PythonReader
{
    private const int MostDepth = 100;

    private static readonly SearchValues<byte> s_ofNumber = SearchValues.Create("+-.0123456789eE"u8);

    private readonly ReadOnlySpan<byte> _text;
    private readonly Utf8JsonWriter _writer;
    private int _at;
    private int _depth;

    private PythonReader(ReadOnlySpan<byte> text, Utf8JsonWriter writer)
    {
        _text = text;
        _writer = writer;
    }

    private readonly byte Next => _at < _text.Length ? _text[_at] : (byte)0;

    /// <summary>Reads a literal; null where the text is something else.</summary>
    public static byte[]? TryReadValue(ReadOnlySpan<byte> text)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = NewWriter(output);
        var reader = new PythonReader(text, writer);
        if (!reader.Value() || !reader.IsAtEnd())
        {
            return null;
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a list of calls; null where the text is something else.</summary>
    public static List<ParsedCall>? TryReadCalls(ReadOnlySpan<byte> text)
    {
        var calls = new List<ParsedCall>();
        var output = new ArrayBufferWriter<byte>();
        using var writer = NewWriter(output);
        var reader = new PythonReader(text, writer);
        if (!reader.Take((byte)'['))
        {
            return null;
        }

        do
        {
            var name = reader.Name();
            if (name.IsEmpty || !reader.Take((byte)'(') || !reader.Members((byte)')', (byte)'='))
            {
                return null;
            }

            writer.Flush();
            calls.Add(new ParsedCall(name.ToArray(), output.WrittenSpan.ToArray()));
            output.ResetWrittenCount();
            writer.Reset();
        }
        while (reader.Take((byte)','));

        return reader.Take((byte)']') && reader.IsAtEnd() ? calls : null;
    }

    private static Utf8JsonWriter NewWriter(ArrayBufferWriter<byte> output) => new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private bool Value()
    {
        Space();
        if (_depth == MostDepth)
        {
            return false;
        }

        _depth++;
        var isRead = Next switch
        {
            (byte)'{' => Take((byte)'{') && Members((byte)'}', (byte)':'),
            (byte)'[' => Take((byte)'[') && Items((byte)']'),
            (byte)'(' => Take((byte)'(') && Items((byte)')'),
            (byte)'"' or (byte)'\'' => WriteString(),
            (byte)'-' or (byte)'+' or (>= (byte)'0' and <= (byte)'9') => Number(),
            _ => Word(),
        };
        _depth--;
        return isRead;
    }

    // The keys of a dictionary are strings, those of a call are names.
    private bool Members(byte end, byte between)
    {
        _writer.WriteStartObject();
        while (!Take(end))
        {
            if (!Key(isName: between == '=') || !Take(between) || !Value() || !(Take((byte)',') || Peek(end)))
            {
                return false;
            }
        }

        _writer.WriteEndObject();
        return true;
    }

    private bool Key(bool isName)
    {
        Space();
        if (isName)
        {
            var name = Name();
            _writer.WritePropertyName(name);
            return !name.IsEmpty;
        }

        if (Text() is not { } text)
        {
            return false;
        }

        _writer.WritePropertyName(text);
        return true;
    }

    private bool Items(byte end)
    {
        _writer.WriteStartArray();
        while (!Take(end))
        {
            if (!Value() || !(Take((byte)',') || Peek(end)))
            {
                return false;
            }
        }

        _writer.WriteEndArray();
        return true;
    }

    private bool WriteString()
    {
        if (Text() is not { } text)
        {
            return false;
        }

        _writer.WriteStringValue(text);
        return true;
    }

    private bool Number()
    {
        var length = _text[_at..].IndexOfAnyExcept(s_ofNumber);
        var number = length < 0 ? _text[_at..] : _text.Slice(_at, length);
        _at += number.Length;
        var digits = number is [(byte)'-', ..] ? number[1..] : number;
        if (digits is [>= (byte)'1' and <= (byte)'9', ..] && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            // A whole number has no largest in Python.
            _writer.WriteRawValue(number, skipInputValidation: true);
            return true;
        }

        if (Utf8Parser.TryParse(number, out long whole, out var used) && used == number.Length)
        {
            _writer.WriteNumberValue(whole);
            return true;
        }

        if (!Utf8Parser.TryParse(number, out double real, out used) || used != number.Length || !double.IsFinite(real))
        {
            return false;
        }

        _writer.WriteNumberValue(real);
        return true;
    }

    private bool Word()
    {
        var word = Name();
        if (word.SequenceEqual("True"u8) || word.SequenceEqual("true"u8))
        {
            _writer.WriteBooleanValue(true);
        }
        else if (word.SequenceEqual("False"u8) || word.SequenceEqual("false"u8))
        {
            _writer.WriteBooleanValue(false);
        }
        else if (word.SequenceEqual("None"u8) || word.SequenceEqual("null"u8))
        {
            _writer.WriteNullValue();
        }
        else
        {
            return false;
        }

        return true;
    }

    // Null where no string stands here, or it has no end.
    private byte[]? Text()
    {
        var quote = Next;
        if (quote is not ((byte)'"' or (byte)'\''))
        {
            return null;
        }

        var text = new ArrayBufferWriter<byte>();
        for (_at++; _at < _text.Length; _at++)
        {
            if (_text[_at] == quote)
            {
                _at++;
                return text.WrittenSpan.ToArray();
            }

            if (_text[_at] == '\\')
            {
                _at++;
                Escape(text);
            }
            else
            {
                text.Write(_text.Slice(_at, 1));
            }
        }

        return null;
    }

    // An escape that means nothing stands for itself.
    private void Escape(ArrayBufferWriter<byte> text)
    {
        var digits = Next switch { (byte)'x' => 2, (byte)'u' => 4, (byte)'U' => 8, _ => 0 };
        if (digits > 0 && _at + digits < _text.Length
            && Utf8Parser.TryParse(_text.Slice(_at + 1, digits), out int code, out var used, 'x') && used == digits && Rune.IsValid(code))
        {
            Span<byte> utf8 = stackalloc byte[4];
            text.Write(utf8[..new Rune(code).EncodeToUtf8(utf8)]);
            _at += digits;
            return;
        }

        var plain = Next switch
        {
            (byte)'n' => "\n"u8,
            (byte)'t' => "\t"u8,
            (byte)'r' => "\r"u8,
            (byte)'\n' => [],
            (byte)'\\' => "\\"u8,
            (byte)'"' => "\""u8,
            (byte)'\'' => "'"u8,
            _ => "\\"u8,
        };
        text.Write(plain);
        _at -= plain is [(byte)'\\'] && Next != '\\' ? 1 : 0;
    }

    private ReadOnlySpan<byte> Name()
    {
        Space();
        var start = _at;
        while (char.IsAsciiLetterOrDigit((char)Next) || Next is (byte)'_' or (byte)'.' or (byte)'-' or >= 0x80)
        {
            _at++;
        }

        return _text[start.._at];
    }

    private bool Take(byte value)
    {
        var isThere = Peek(value);
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private bool Peek(byte value)
    {
        Space();
        return Next == value;
    }

    private void Space() => _at += MarkupText.LeadingSpace(_text[_at..]);

    private bool IsAtEnd()
    {
        Space();
        return _at == _text.Length;
    }
}
