using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>
/// Where in a JSON document text lies, as a tree of its members. Paths are written <c>messages[].content</c>;
/// <c>[index]</c> numbers the items by their member <c>index</c>, <c>data{type=text}</c> is a member only where another of its
/// object is so, and <c>**</c> means all strings below. It sees a text that a lenient reader may see: a list where one
/// value is known and one value in the place of a list, names in another case, and all of several members of one name.
/// </summary>
internal sealed class TextMap
{
    private readonly List<(byte[] Name, TextMap Next)> _members = [];
    private TextMap? _items;
    private byte[]? _numberedBy;
    private (byte[] Name, byte[] Value)? _only;
    private bool _hasConditions;
    private bool _isDeep;
    private TextRole? _role;
    private int _channel;

    private static int s_channels;

    /// <summary>Members of the document itself that number its texts.</summary>
    public IReadOnlyList<byte[]> Numbers { get; init; } = [];

    /// <summary>A map of paths, each with what lies there.</summary>
    public TextMap With(TextRole role, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            Add(path, role);
        }

        return this;
    }

    /// <summary>Finds the texts of a document.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A name in it escapes half a character.</exception>
    public void Find(ReadOnlySpan<byte> json, List<FoundText> found)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        if (!reader.Read())
        {
            return;
        }

        var (first, second) = (0, 0);
        if (Numbers.Count > 0 && reader.TokenType == JsonTokenType.StartObject)
        {
            first = NumberOf(reader, Numbers[0]) ?? 0;
            for (var i = 1; i < Numbers.Count; i++)
            {
                second = NumberOf(reader, Numbers[i]) ?? second;
            }
        }

        Walk(ref reader, new Position(first, second, 0), found);
        while (reader.Read())
        {
            // What follows must be nothing.
        }
    }

    private void Add(string path, TextRole role)
    {
        var (parent, node) = (this, this);
        foreach (var step in path.Replace("[", ".[", StringComparison.Ordinal).Replace("{", ".{", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            (parent, node) = (node, step switch
            {
                "**" => node.Deepen(),
                ['[', .. var by, ']'] => node.ItemsBy(by),
                ['{', .. var only, '}'] => node.Limit(parent, only),
                _ => node.GetOrAdd(step),
            });
        }

        node._role = role;
        node._channel = Interlocked.Increment(ref s_channels);
    }

    private TextMap GetOrAdd(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        if (Member(utf8) is { } known)
        {
            return known;
        }

        var made = new TextMap();
        _members.Add((utf8, made));
        return made;
    }

    private TextMap ItemsBy(string name)
    {
        _numberedBy ??= name.Length == 0 ? null : Encoding.UTF8.GetBytes(name);
        return _items ??= new TextMap();
    }

    private TextMap Limit(TextMap parent, string only)
    {
        var parts = only.Split('=');
        parent._hasConditions = true;
        _only = (Encoding.UTF8.GetBytes(parts[0]), Encoding.UTF8.GetBytes(parts[1]));
        return this;
    }

    private TextMap Deepen()
    {
        _isDeep = true;
        return this;
    }

    private void Walk(ref Utf8JsonReader reader, Position at, List<FoundText> found)
    {
        if (_role is { IsText: false } role)
        {
            Note(ref reader, role, at, found);
            return;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.String when _role is { } text:
                var start = (int)reader.TokenStartIndex + 1;
                found.Add(new FoundText(text, _channel, at.First, at.Second, start, (int)reader.BytesConsumed - 1 - start));
                break;
            case JsonTokenType.StartArray:
                WalkItems(ref reader, at, found);
                break;
            case JsonTokenType.StartObject:
                WalkMembers(ref reader, at, found);
                break;
        }
    }

    // Whatever stands there counts, save nothing.
    private void Note(ref Utf8JsonReader reader, TextRole role, Position at, List<FoundText> found)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        found.Add(new FoundText(role, _channel, at.First, at.Second, start, (int)reader.BytesConsumed - start));
    }

    private void WalkItems(ref Utf8JsonReader reader, Position at, List<FoundText> found)
    {
        var items = _items ?? this;
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            var number = _numberedBy is null || reader.TokenType != JsonTokenType.StartObject ? i : NumberOf(reader, _numberedBy) ?? i;
            items.Walk(ref reader, _numberedBy is null ? at : at.Below(number), found);
        }
    }

    private void WalkMembers(ref Utf8JsonReader reader, Position at, List<FoundText> found)
    {
        var start = _hasConditions || _items is { _hasConditions: true } ? reader : default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var next = Next(ref reader);
            reader.Read();
            if (next is null || (next._only is var (name, value) && !Has(start, name, value)))
            {
                reader.Skip();
            }
            else
            {
                next.Walk(ref reader, at, found);
            }
        }
    }

    private TextMap? Next(ref Utf8JsonReader reader)
    {
        var name = NameOf(ref reader);
        return Member(name) ?? _items?.Member(name) ?? (_isDeep ? this : _items is { _isDeep: true } deep ? deep : null);
    }

    private TextMap? Member(ReadOnlySpan<byte> name)
    {
        foreach (var (known, next) in _members)
        {
            if (Ascii.EqualsIgnoreCase(known, name))
            {
                return next;
            }
        }

        return null;
    }

    // Go's JSON takes two letters beyond ASCII for the same as two within.
    private static ReadOnlySpan<byte> NameOf(ref Utf8JsonReader reader) => !reader.ValueIsEscaped && Ascii.IsValid(reader.ValueSpan)
        ? reader.ValueSpan
        : Encoding.UTF8.GetBytes(reader.GetString()!.Replace('\u017f', 's').Replace('\u212a', 'k'));

    private static bool Has(Utf8JsonReader reader, byte[] name, byte[] value)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = Ascii.EqualsIgnoreCase(name, NameOf(ref reader));
            reader.Read();
            if (isIt && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(value))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static int? NumberOf(Utf8JsonReader reader, byte[] name) =>
        TryGo(ref reader, name) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : null;

    // The reader is a copy: the document is read on from where it was.
    private static bool TryGo(ref Utf8JsonReader reader, byte[] name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private readonly record struct Position(int First, int Second, int Level)
    {
        public Position Below(int number) => Level switch
        {
            0 => new(number, Second, 1),
            1 => new(First, number, 2),
            _ => this,
        };
    }
}
