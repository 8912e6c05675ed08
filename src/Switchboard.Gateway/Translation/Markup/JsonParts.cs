using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup;

/// <summary>Goes through the members of a JSON object, or the items of a list, as the bytes that they are.</summary>
/// <exception cref="JsonException">The text is no JSON.</exception>
internal ref struct JsonParts
{
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;

    public JsonParts(ReadOnlySpan<byte> json)
    {
        // What is not there has nothing in it.
        _json = json.IsEmpty ? "{}"u8 : json;
        _reader = new Utf8JsonReader(_json, new JsonReaderOptions { MaxDepth = 256 });
        _reader.Read();
    }

    /// <summary>The name of the member; empty for an item.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The bytes of the value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>True where the value says something: it is not null, nor an empty string, list or object.</summary>
    public readonly bool HasContent => !Value.SequenceEqual("null"u8) && !Value.SequenceEqual("\"\""u8) && !Value.SequenceEqual("[]"u8) && !Value.SequenceEqual("{}"u8);

    /// <summary>The value of a member; empty where it is not there.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var parts = new JsonParts(json);
        while (parts.Next())
        {
            if (parts.Name.SequenceEqual(name))
            {
                return parts.Value;
            }
        }

        return [];
    }

    /// <summary>Goes to the next; false where there is none, or the text is neither object nor list.</summary>
    public bool Next()
    {
        if (_reader.CurrentDepth == 0 && _reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return false;
        }

        _reader.Read();
        if (_reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            return false;
        }

        Name = [];
        if (_reader.TokenType == JsonTokenType.PropertyName)
        {
            Name = _reader.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(_reader.GetString()!) : _reader.ValueSpan;
            _reader.Read();
        }

        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Value = _json[start..(int)_reader.BytesConsumed];
        return true;
    }
}
