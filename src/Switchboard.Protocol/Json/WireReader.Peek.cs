namespace Switchboard.Protocol.Json;

/// <content>Looking ahead without moving: what tells which kind of a union a value is.</content>
public ref partial struct WireReader
{
    // How many members are looked at before the whole object is gone through: what tells kinds apart comes early.
    private const int QuickMembers = 3;

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>On an array's start: the kind of its first element's token, the array's end when it is empty.</summary>
    public readonly JsonTokenType PeekElement()
    {
        if (_token != JsonTokenType.StartArray)
        {
            return JsonTokenType.None;
        }

        var rest = _source[_position..].TrimStart(WhiteSpace);
        return rest.IsEmpty ? JsonTokenType.None : rest[0] switch
        {
            (byte)']' => JsonTokenType.EndArray,
            (byte)'[' => JsonTokenType.StartArray,
            (byte)'{' => JsonTokenType.StartObject,
            (byte)'"' => JsonTokenType.String,
            (byte)'t' => JsonTokenType.True,
            (byte)'f' => JsonTokenType.False,
            (byte)'n' => JsonTokenType.Null,
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => JsonTokenType.Number,
            _ => JsonTokenType.None,
        };
    }

    /// <summary>On an object's start: the text of this member, without escapes; empty when it is absent or not a string.</summary>
    /// <param name="member">The member's name as UTF-8.</param>
    /// <exception cref="JsonException">The object up to there is not valid JSON.</exception>
    public readonly ReadOnlySpan<byte> PeekTag(ReadOnlySpan<byte> member)
    {
        switch (PeekQuickly(member, out var value))
        {
            case Peek.Absent:
                return default;
            case Peek.Present when value[0] != '"':
                return default;
            case Peek.Present when TryPlainString(value, out var text, out _):
                return text;
        }

        var ahead = this;
        return ahead.Find(member) && ahead._token == JsonTokenType.String
            ? ahead._isEscaped ? JsonString.Unescape(ahead.Value) : ahead.Value
            : default;
    }

    /// <summary>On an object's start: true when it has this member, be it null.</summary>
    /// <param name="member">The member's name as UTF-8.</param>
    /// <exception cref="JsonException">The object up to there is not valid JSON.</exception>
    public readonly bool PeekHas(ReadOnlySpan<byte> member)
    {
        switch (PeekQuickly(member, out _))
        {
            case Peek.Absent:
                return false;
            case Peek.Present:
                return true;
        }

        var ahead = this;
        return ahead.Find(member);
    }

    private bool Find(ReadOnlySpan<byte> member)
    {
        while (NextMember(out var name))
        {
            if (name.SequenceEqual(member))
            {
                return true;
            }

            SkipUnchecked();
        }

        return false;
    }

    // Names that come twice are found when the value is read.
    private void SkipUnchecked()
    {
        if (_token is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        var depth = _depth;
        while (_depth >= depth)
        {
            _ = IsInObject ? NextMember(out _) : NextElement();
        }
    }

    // Over the bare bytes, which are checked when they are read: a reader's copy and tokens would cost more than
    // reading the member does. Whatever is not plain is left to that.
    private readonly Peek PeekQuickly(ReadOnlySpan<byte> member, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (_token != JsonTokenType.StartObject)
        {
            return Peek.Absent;
        }

        var rest = _source[_position..].TrimStart(WhiteSpace);
        for (var i = 0; i < QuickMembers; i++)
        {
            if (!TryPlainString(rest, out var name, out rest))
            {
                return i == 0 && rest.StartsWith((byte)'}') ? Peek.Absent : Peek.Unclear;
            }

            rest = rest.TrimStart(WhiteSpace);
            if (!rest.StartsWith((byte)':'))
            {
                return Peek.Unclear;
            }

            rest = rest[1..].TrimStart(WhiteSpace);
            if (name.SequenceEqual(member))
            {
                value = rest;
                return rest.IsEmpty ? Peek.Unclear : Peek.Present;
            }

            if (!TrySkipPlain(ref rest))
            {
                return Peek.Unclear;
            }

            if (rest.StartsWith((byte)'}'))
            {
                return Peek.Absent;
            }

            if (!rest.StartsWith((byte)','))
            {
                return Peek.Unclear;
            }

            rest = rest[1..].TrimStart(WhiteSpace);
        }

        return Peek.Unclear;
    }

    private static bool TryPlainString(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest)
    {
        text = default;
        rest = json;
        if (!json.StartsWith((byte)'"'))
        {
            return false;
        }

        var end = json[1..].IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0 || json[end + 1] != '"')
        {
            return false;
        }

        text = json.Slice(1, end);
        rest = json[(end + 2)..];
        return true;
    }

    // Passes over a string or a literal, and over the white space behind it.
    private static bool TrySkipPlain(ref ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith((byte)'"'))
        {
            if (!TryPlainString(rest, out _, out rest))
            {
                return false;
            }
        }
        else
        {
            var end = rest.IndexOfAny(",}[{\""u8);
            if (end <= 0 || rest[end] is not ((byte)',' or (byte)'}'))
            {
                return false;
            }

            rest = rest[end..];
        }

        rest = rest.TrimStart(WhiteSpace);
        return true;
    }

    private enum Peek
    {
        Unclear,
        Absent,
        Present,
    }
}
