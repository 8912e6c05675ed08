using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Caching;

/// <summary>Says which members are not written.</summary>
internal delegate bool IsLeftOut(ReadOnlySpan<byte> name);

/// <summary>
/// A JSON object as flat tokens, found in one pass, that can be written in one spelling: no white space, the members of
/// each object in the order of their names, texts without escapes, numbers as <see cref="CanonicalNumber"/> has them. What
/// is written can be told apart in every case, for all texts have their lengths before them. The buffers are pooled.
/// </summary>
internal sealed class CanonicalJson : IDisposable
{
    /// <summary>No such token.</summary>
    public const int None = -1;

    /// <summary>The token of the whole object.</summary>
    public const int Root = 0;

    private readonly ReadOnlyMemory<byte> _json;
    private readonly List<int> _order = [];
    private readonly Comparer<int> _byName;
    private Token[] _tokens;
    private int _count;
    private byte[] _unescaped = [];
    private int _unescapedLength;

    private CanonicalJson(ReadOnlyMemory<byte> json)
    {
        _json = json;
        _byName = Comparer<int>.Create(CompareNames);
        _tokens = ArrayPool<Token>.Shared.Rent(Math.Max(64, json.Length / 16));
    }

    /// <summary>Reads an object.</summary>
    /// <returns>Null where it is none.</returns>
    public static CanonicalJson? Read(ReadOnlyMemory<byte> json)
    {
        var canonical = new CanonicalJson(json);
        try
        {
            if (canonical.Read() && canonical._tokens[Root].Kind == JsonTokenType.StartObject)
            {
                return canonical;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a text that escapes half a character: nothing is known of it.
        }

        canonical.Dispose();
        return null;
    }

    /// <summary>What a token is.</summary>
    public JsonTokenType KindOf(int token) => _tokens[token].Kind;

    /// <summary>The text of a token, without escapes and quotes; a number or word as it is written.</summary>
    public ReadOnlySpan<byte> TextOf(int token)
    {
        ref readonly var found = ref _tokens[token];
        return (found.IsUnescaped ? _unescaped : _json.Span).Slice(found.Start, found.Length);
    }

    /// <summary>The value of a member of an object, the last of that name; <see cref="None"/> where there is none.</summary>
    public int Find(int parent, ReadOnlySpan<byte> name)
    {
        var found = None;
        for (var child = First(parent); child != None; child = Next(parent, child))
        {
            if (TextOf(child).SequenceEqual(name))
            {
                found = child + 1;
            }
        }

        return found;
    }

    /// <summary>The first item of an array, or the name of an object's first member; <see cref="None"/> where it is empty or neither.</summary>
    public int First(int parent) => _tokens[parent].End > parent + 1 ? parent + 1 : None;

    /// <summary>The item, or the member's name, after another.</summary>
    public int Next(int parent, int child)
    {
        // A member is a name and its value.
        var next = _tokens[child].Kind == JsonTokenType.PropertyName ? _tokens[child + 1].End : _tokens[child].End;
        return next < _tokens[parent].End ? next : None;
    }

    /// <summary>Writes the object.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="isLeftOut">Members of the outermost object that are not written, by name.</param>
    /// <param name="hole">A token in whose place a mark is written; <see cref="None"/> for no such.</param>
    public void WriteTo(PooledBytes output, IsLeftOut isLeftOut, int hole = None) => WriteObject(output, Root, isLeftOut, hole);

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<Token>.Shared.Return(_tokens);
        _tokens = [];
        if (_unescaped.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_unescaped);
            _unescaped = [];
        }
    }

    private bool Read()
    {
        var reader = new Utf8JsonReader(_json.Span, new JsonReaderOptions { MaxDepth = RequestReader.MaxDepth });
        Span<int> open = stackalloc int[RequestReader.MaxDepth + 1];
        var depth = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _tokens[open[--depth]].End = _count;
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    open[depth++] = _count;
                    Add(new Token { Kind = reader.TokenType });
                    break;
                case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped:
                    Add(Unescape(ref reader));
                    break;
                case JsonTokenType.String or JsonTokenType.PropertyName:
                    Add(new Token { Kind = reader.TokenType, Start = (int)reader.TokenStartIndex + 1, Length = reader.ValueSpan.Length });
                    break;
                default:
                    Add(new Token { Kind = reader.TokenType, Start = (int)reader.TokenStartIndex, Length = reader.ValueSpan.Length });
                    break;
            }
        }

        return _count > 0;
    }

    private void Add(Token token)
    {
        if (_count == _tokens.Length)
        {
            var larger = ArrayPool<Token>.Shared.Rent(_count * 2);
            _tokens.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<Token>.Shared.Return(_tokens);
            _tokens = larger;
        }

        token.End = _count + 1;
        _tokens[_count++] = token;
    }

    private Token Unescape(ref Utf8JsonReader reader)
    {
        // Never longer than it is written; all of them together are not longer than the JSON.
        if (_unescaped.Length == 0)
        {
            _unescaped = ArrayPool<byte>.Shared.Rent(_json.Length);
        }

        var token = new Token { Kind = reader.TokenType, Start = _unescapedLength, IsUnescaped = true };
        token.Length = reader.CopyString(_unescaped.AsSpan(_unescapedLength));
        _unescapedLength += token.Length;
        return token;
    }

    private void Write(PooledBytes output, int token, int hole)
    {
        if (token == hole)
        {
            output.Write("?"u8);
            return;
        }

        switch (_tokens[token].Kind)
        {
            case JsonTokenType.StartObject:
                WriteObject(output, token, null, hole);
                break;
            case JsonTokenType.StartArray:
                output.Write("["u8);
                for (var item = First(token); item != None; item = Next(token, item))
                {
                    Write(output, item, hole);
                }

                output.Write("]"u8);
                break;
            case JsonTokenType.Number:
                var number = TextOf(token);
                output.Write("#"u8);
                output.Advance(CanonicalNumber.Write(number, output.Room(CanonicalNumber.MostBytes(number.Length))));
                output.Write(";"u8);
                break;
            case JsonTokenType.String:
                WriteText(output, TextOf(token));
                break;
            default:
                // true, false and null differ in their first letters.
                output.Write(TextOf(token)[..1]);
                break;
        }
    }

    private void WriteObject(PooledBytes output, int token, IsLeftOut? isLeftOut, int hole)
    {
        var start = _order.Count;
        for (var name = First(token); name != None; name = Next(token, name))
        {
            if (isLeftOut?.Invoke(TextOf(name)) != true)
            {
                _order.Add(name);
            }
        }

        var count = _order.Count - start;
        _order.Sort(start, count, _byName);
        output.Write("{"u8);
        for (var i = 0; i < count; i++)
        {
            var name = _order[start + i];
            WriteText(output, TextOf(name));
            Write(output, name + 1, hole);
        }

        output.Write("}"u8);
        _order.RemoveRange(start, count);
    }

    // Of two members of the same name the order counts.
    private int CompareNames(int left, int right)
    {
        var order = TextOf(left).SequenceCompareTo(TextOf(right));
        return order != 0 ? order : left - right;
    }

    private static void WriteText(PooledBytes output, ReadOnlySpan<byte> text)
    {
        Span<byte> length = stackalloc byte[5];
        length[0] = (byte)'"';
        BinaryPrimitives.WriteInt32LittleEndian(length[1..], text.Length);
        output.Write(length);
        output.Write(text);
    }

    private struct Token
    {
        public JsonTokenType Kind;
        public bool IsUnescaped;
        public int Start;
        public int Length;

        // The token behind it and all that is in it.
        public int End;
    }
}
