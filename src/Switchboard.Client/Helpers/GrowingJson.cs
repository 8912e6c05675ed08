using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Helpers;

/// <summary>A JSON value that grows in place: texts are appended to, members and entries are set. Parsed only as deep as it is touched.</summary>
internal sealed class GrowingJson
{
    // Texts that name something; a server that says them again repeats them.
    private static readonly HashSet<string> s_names = new(StringComparer.Ordinal)
    {
        "type", "id", "object", "role", "status", "format", "file_id", "url", "detail", "call_id", "message_id", "container_id", "filename", "index",
    };

    private static readonly JsonWriterOptions s_asItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // A RawJson, a GrowingText, members by name, or entries by index (a server may leave some out). Null is JSON null.
    private object? _value;

    public GrowingJson()
    {
    }

    public GrowingJson(RawJson json) => Set(json);

    public bool IsNull => _value is null;

    /// <summary>The text of this value, to append to; empty where it was no text.</summary>
    public GrowingText Text
    {
        get
        {
            if (_value is GrowingText text)
            {
                return text;
            }

            text = new GrowingText();
            text.Append(_value is RawJson { Kind: JsonValueKind.String } raw ? raw.ToElement().GetString() : null);
            _value = text;
            return text;
        }
    }

    private OrderedDictionary<string, GrowingJson> Members
    {
        get
        {
            if (_value is OrderedDictionary<string, GrowingJson> members)
            {
                return members;
            }

            members = new OrderedDictionary<string, GrowingJson>(StringComparer.Ordinal);
            if (_value is RawJson { Kind: JsonValueKind.Object } raw)
            {
                foreach (var member in raw.ToElement().EnumerateObject())
                {
                    members.Add(member.Name, new GrowingJson(member.Value));
                }
            }

            _value = members;
            return members;
        }
    }

    private SortedDictionary<int, GrowingJson> Entries
    {
        get
        {
            if (_value is SortedDictionary<int, GrowingJson> entries)
            {
                return entries;
            }

            entries = [];
            if (_value is RawJson { Kind: JsonValueKind.Array } raw)
            {
                foreach (var (index, entry) in raw.ToElement().EnumerateArray().Index())
                {
                    entries.Add(index, new GrowingJson(entry));
                }
            }

            _value = entries;
            return entries;
        }
    }

    /// <summary>A member, null when it was not there; the value becomes an object where it was none.</summary>
    public GrowingJson this[string name]
    {
        get
        {
            if (!Members.TryGetValue(name, out var member))
            {
                Members.Add(name, member = new GrowingJson());
            }

            return member;
        }
    }

    /// <summary>An entry, null when it was not there; the value becomes a list where it was none.</summary>
    public GrowingJson this[int index]
    {
        get
        {
            if (!Entries.TryGetValue(index, out var entry))
            {
                Entries.Add(index, entry = new GrowingJson());
            }

            return entry;
        }
    }

    public void Set(RawJson json) => _value = json.Kind == JsonValueKind.Null ? null : json;

    public void Set<T>(T value)
        where T : IWireCodec<T> => Set(RawJson.Parse(WireJson.SerializeToUtf8Bytes(value)));

    public void Set(string text) => Text.Set(text);

    /// <summary>Adds an entry at the end.</summary>
    public void Add(RawJson entry) => Entries.Add(Entries.Count == 0 ? 0 : Entries.Keys.Last() + 1, new GrowingJson(entry));

    /// <summary>Takes a member out; null when it is not there.</summary>
    public GrowingJson? Remove(string name) => Members.Remove(name, out var member) ? member : null;

    /// <summary>Puts a piece onto what is there; returns the text that was appended to last, if any was.</summary>
    public GrowingText? Merge(JsonElement piece, Growth growth, string name = "")
    {
        switch (piece.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            case JsonValueKind.Object:
                return MergeObject(piece, growth);
            case JsonValueKind.Array when growth != Growth.Replace:
                return MergeArray(piece, growth);
            case JsonValueKind.Array when piece.GetArrayLength() == 0 && !IsNull:
                return null;
            case JsonValueKind.String when growth != Growth.Replace && !s_names.Contains(name):
                Text.Append(piece.GetString());
                return Text;
            default:
                Set(piece);
                return null;
        }
    }

    /// <summary>The value as it is now.</summary>
    public RawJson ToRaw()
    {
        if (_value is null or RawJson)
        {
            return _value as RawJson? ?? default;
        }

        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, s_asItIs))
        {
            WriteTo(json);
        }

        return RawJson.Parse(output.WrittenSpan);
    }

    /// <summary>The members as they are now.</summary>
    public Dictionary<string, RawJson> ToMembers() => Members.ToDictionary(member => member.Key, member => member.Value.ToRaw(), StringComparer.Ordinal);

    /// <summary>The value as it is now, as a type of the wire.</summary>
    public T Read<T>()
        where T : IWireCodec<T> => WireJson.Deserialize<T>(ToRaw().Utf8.Span);

    private GrowingText? MergeObject(JsonElement piece, Growth growth)
    {
        GrowingText? last = null;
        _ = Members;
        foreach (var member in piece.EnumerateObject())
        {
            last = this[member.Name].Merge(member.Value, growth, member.Name) ?? last;
        }

        return last;
    }

    private GrowingText? MergeArray(JsonElement piece, Growth growth)
    {
        GrowingText? last = null;
        _ = Entries;
        foreach (var entry in piece.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("index", out var at) && at.TryGetInt32(out var index))
            {
                var joined = this[index];
                last = joined.Merge(entry, growth) ?? last;
                if (growth == Growth.AppendByIndex)
                {
                    joined.Remove("index");
                }
            }
            else
            {
                Add(entry);
            }
        }

        return last;
    }

    private void WriteTo(Utf8JsonWriter json)
    {
        switch (_value)
        {
            case RawJson raw:
                json.WriteRawValue(raw.Utf8.Span, skipInputValidation: true);
                break;
            case GrowingText text:
                json.WriteStringValue(text.ToString());
                break;
            case OrderedDictionary<string, GrowingJson> members:
                json.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    json.WritePropertyName(name);
                    member.WriteTo(json);
                }

                json.WriteEndObject();
                break;
            case SortedDictionary<int, GrowingJson> entries:
                json.WriteStartArray();
                foreach (var entry in entries.Values)
                {
                    entry.WriteTo(json);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
