using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>Reads an object as Gemma 4 writes it: bare keys, strings between <c>&lt;|"|&gt;</c>.</summary>
internal ref struct GemmaReader
{
    private const int MostDepth = 100;

    private readonly ReadOnlySpan<byte> _text;
    private readonly Utf8JsonWriter _writer;
    private int _at;
    private int _depth;

    private GemmaReader(ReadOnlySpan<byte> text, Utf8JsonWriter writer)
    {
        _text = text;
        _writer = writer;
    }

    private static ReadOnlySpan<byte> Quote => "<|\"|>"u8;

    private readonly ReadOnlySpan<byte> Rest => _text[_at..];

    /// <summary>Reads an object and writes it as JSON; null where the text is something else.</summary>
    public static byte[]? TryRead(ReadOnlySpan<byte> text)
    {
        var isRead = false;
        var whole = text.ToArray();
        var json = ArgumentWriter.Write(writer =>
        {
            var reader = new GemmaReader(whole, writer);
            isRead = reader.Take("{"u8) && reader.Members() && MarkupText.Trim(reader.Rest).IsEmpty;
        });
        return isRead ? json : null;
    }

    private bool Value()
    {
        if (_depth == MostDepth)
        {
            return false;
        }

        _depth++;
        var isRead = Take("{"u8) ? Members() : Take("["u8) ? Items() : Peek(Quote) ? Text() : Bare();
        _depth--;
        return isRead;
    }

    private bool Members()
    {
        _writer.WriteStartObject();
        while (!Take("}"u8))
        {
            if (!Key() || !Take(":"u8) || !Value() || !(Take(","u8) || Peek("}"u8)))
            {
                return false;
            }
        }

        _writer.WriteEndObject();
        return true;
    }

    private bool Items()
    {
        _writer.WriteStartArray();
        while (!Take("]"u8))
        {
            if (!Value() || !(Take(","u8) || Peek("]"u8)))
            {
                return false;
            }
        }

        _writer.WriteEndArray();
        return true;
    }

    private bool Key()
    {
        var key = Take(Quote) ? Until(Quote, isDropped: true) : Until(":"u8, isDropped: false);
        key = MarkupText.Trim(key);
        if (key.IsEmpty)
        {
            return false;
        }

        _writer.WritePropertyName(key);
        return true;
    }

    private bool Text()
    {
        Take(Quote);
        if (Rest.IndexOf(Quote) < 0)
        {
            return false;
        }

        _writer.WriteStringValue(Until(Quote, isDropped: true));
        return true;
    }

    // A number, a word of JSON or Python, or a string that has lost its quotes.
    private bool Bare()
    {
        var length = Rest.IndexOfAny(",}]"u8);
        if (length < 0)
        {
            return false;
        }

        var value = MarkupText.Trim(Rest[..length]);
        _at += length;
        if (Ascii.EqualsIgnoreCase(value, "none"u8) || Ascii.EqualsIgnoreCase(value, "nil"u8))
        {
            _writer.WriteNullValue();
        }
        else
        {
            ArgumentWriter.WriteLiteral(_writer, value);
        }

        return true;
    }

    // Empty where the end is not there.
    private ReadOnlySpan<byte> Until(ReadOnlySpan<byte> end, bool isDropped)
    {
        var length = Rest.IndexOf(end);
        if (length < 0)
        {
            return [];
        }

        var part = Rest[..length];
        _at += length + (isDropped ? end.Length : 0);
        return part;
    }

    private bool Take(ReadOnlySpan<byte> marker)
    {
        var isThere = Peek(marker);
        _at += isThere ? marker.Length : 0;
        return isThere;
    }

    private bool Peek(ReadOnlySpan<byte> marker)
    {
        _at += MarkupText.LeadingSpace(Rest);
        return Rest.StartsWith(marker);
    }
}
