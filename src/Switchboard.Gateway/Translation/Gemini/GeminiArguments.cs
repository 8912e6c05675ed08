using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// The arguments of a call that come in pieces, each with the place where it belongs:
/// <c>{"jsonPath":"$.items[0].name","stringValue":"App","willContinue":true}</c>. They are put together, and told at the
/// call's end.
/// </summary>
internal sealed class GeminiArguments
{
    private const int DeepestPlace = 64;

    private readonly Place _root = new();

    /// <summary>Takes the pieces of one event.</summary>
    /// <exception cref="InvalidOperationException">A piece has no place.</exception>
    public void Add(JsonElement pieces)
    {
        foreach (var piece in pieces.EnumerateArray())
        {
            var place = Find(piece.Text("jsonPath"u8) ?? "");
            if (piece.Find("stringValue"u8) is { ValueKind: JsonValueKind.String } text)
            {
                (place.Text ??= new StringBuilder()).Append(text.GetString());
            }
            else if ((piece.Find("numberValue"u8) ?? piece.Find("boolValue"u8)) is { } value)
            {
                place.Value = value.Raw().ToArray();
            }
            else if (piece.TryGetProperty("nullValue"u8, out _))
            {
                place.Value = "null"u8.ToArray();
            }
        }
    }

    /// <summary>The arguments, a JSON object.</summary>
    public ReadOnlySpan<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, _root, isRoot: true);
        }

        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter json, Place place, bool isRoot = false)
    {
        if (place.Text is { } text)
        {
            json.WriteStringValue(text.ToString());
        }
        else if (place.Value is { } value)
        {
            json.WriteRawValue(value);
        }
        else if (place.IsList && !isRoot)
        {
            json.WriteStartArray();
            foreach (var (_, child) in place.Children)
            {
                Write(json, child);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteStartObject();
            foreach (var (name, child) in place.Children)
            {
                json.WritePropertyName(name);
                Write(json, child);
            }

            json.WriteEndObject();
        }
    }

    // $.recipe.steps[0], $['a name']: of RFC 9535 only what names one place.
    private Place Find(string path)
    {
        if (path.Length < 2 || path[0] != '$')
        {
            throw new InvalidOperationException("A piece of arguments has no place.");
        }

        var place = _root;
        var rest = path.AsSpan(1);
        for (var depth = 0; !rest.IsEmpty; depth++)
        {
            if (depth == DeepestPlace)
            {
                throw new InvalidOperationException("A place is too deep.");
            }

            place = Step(place, ref rest);
        }

        return place;
    }

    private static Place Step(Place place, ref ReadOnlySpan<char> rest)
    {
        if (rest[0] == '.')
        {
            var length = rest[1..].IndexOfAny('.', '[');
            var name = length < 0 ? rest[1..] : rest.Slice(1, length);
            rest = rest[(name.Length + 1)..];
            return place.Child(name.ToString());
        }

        if (rest.Length > 2 && rest[0] == '[' && rest[1] is '\'' or '"')
        {
            var quote = rest[1];
            var length = rest[2..].IndexOf($"{quote}]", StringComparison.Ordinal);
            if (length >= 0)
            {
                var name = rest.Slice(2, length).ToString();
                rest = rest[(length + 4)..];
                return place.Child(name);
            }
        }

        var end = rest.IndexOf(']');
        if (rest[0] != '[' || end < 2 || !int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            throw new InvalidOperationException("A place is none.");
        }

        rest = rest[(end + 1)..];
        place.IsList = true;
        return place.Child(index.ToString(CultureInfo.InvariantCulture));
    }

    // A value, a list or an object: what it is shows when its pieces come.
    private sealed class Place
    {
        public List<(string Name, Place Child)> Children { get; } = [];

        public bool IsList { get; set; }

        public StringBuilder? Text { get; set; }

        public byte[]? Value { get; set; }

        public Place Child(string name)
        {
            foreach (var (known, child) in Children)
            {
                if (known == name)
                {
                    return child;
                }
            }

            var added = new Place();
            Children.Add((name, added));
            return added;
        }
    }
}
