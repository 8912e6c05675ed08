using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Switchboard.Protocol.Json;

/// <summary>One JSON value of any kind, kept as its UTF-8 bytes; the default is JSON null.</summary>
/// <remarks>It is always valid: at most 128 levels deep, and no object in it has two members of one name.</remarks>
[JsonConverter(typeof(WireConverter<RawJson>))]
public readonly struct RawJson : IEquatable<RawJson>, IWireCodec<RawJson>
{
    private static readonly byte[] s_null = "null"u8.ToArray();
    private static readonly byte[][] s_frequent = ["true"u8.ToArray(), "false"u8.ToArray(), "[]"u8.ToArray(), "{}"u8.ToArray(), "\"\""u8.ToArray(), "0"u8.ToArray()];
    private static readonly JsonWriterOptions s_asItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = WireReader.MaxDepth };

    // Null stands for JSON null.
    private readonly byte[]? _utf8;

    private RawJson(byte[]? utf8) => _utf8 = utf8;

    /// <summary>The value's bytes, without white space around it.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8 ?? s_null;

    /// <summary>What kind of value it is.</summary>
    public JsonValueKind Kind => (_utf8 ?? s_null)[0] switch
    {
        (byte)'{' => JsonValueKind.Object,
        (byte)'[' => JsonValueKind.Array,
        (byte)'"' => JsonValueKind.String,
        (byte)'t' => JsonValueKind.True,
        (byte)'f' => JsonValueKind.False,
        (byte)'n' => JsonValueKind.Null,
        _ => JsonValueKind.Number,
    };

    /// <summary>Takes JSON text.</summary>
    /// <exception cref="JsonException">It is not one valid JSON value.</exception>
    public static RawJson Parse(string json) => WireJson.Deserialize<RawJson>(json);

    /// <summary>Takes a copy of JSON text.</summary>
    /// <exception cref="JsonException">It is not one valid JSON value.</exception>
    public static RawJson Parse(ReadOnlySpan<byte> utf8Json) => WireJson.Deserialize<RawJson>(utf8Json);

    /// <summary>Serialises a value of any type with <c>System.Text.Json</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How the type is written, from a source-generated context.</param>
    /// <exception cref="JsonException">What was written is more than 128 levels deep, or has two members of one name.</exception>
    public static RawJson From<T>(T value, JsonTypeInfo<T> typeInfo) => Parse(JsonSerializer.SerializeToUtf8Bytes(value, typeInfo));

    /// <summary>Copies the bytes of an element.</summary>
    /// <exception cref="InvalidOperationException">The element has no value.</exception>
    /// <exception cref="JsonException">The element is more than 128 levels deep, or has two members of one name.</exception>
    public static implicit operator RawJson(JsonElement element) => Parse(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>Serialises a node; null becomes JSON null.</summary>
    /// <exception cref="JsonException">The node is more than 128 levels deep.</exception>
    public static implicit operator RawJson(JsonNode? node)
    {
        if (node is null)
        {
            return default;
        }

        using var scratch = ScratchWriter.Rent();
        using (var json = new Utf8JsonWriter(scratch, s_asItIs))
        {
            node.WriteTo(json);
        }

        return Parse(scratch.WrittenSpan);
    }

    /// <summary>True when both are the same JSON value.</summary>
    public static bool operator ==(RawJson left, RawJson right) => left.Equals(right);

    /// <summary>True when the two are different JSON values.</summary>
    public static bool operator !=(RawJson left, RawJson right) => !left.Equals(right);

    /// <inheritdoc/>
    public static RawJson Read(ref WireReader reader) => reader.ReadRaw();

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, RawJson value) => writer.WriteRaw(value._utf8 ?? s_null);

    /// <summary>The value as an element, which stands on its own.</summary>
    public JsonElement ToElement() => JsonElement.Parse(_utf8 ?? s_null, s_deep);

    /// <summary>Reads the value into a type of any kind with <c>System.Text.Json</c>.</summary>
    /// <param name="typeInfo">How the type is read, from a source-generated context.</param>
    /// <exception cref="JsonException">The value is not of that type.</exception>
    public T? Deserialize<T>(JsonTypeInfo<T> typeInfo) => JsonSerializer.Deserialize(_utf8 ?? s_null, typeInfo);

    /// <summary>
    /// True when both are the same JSON value: white space, the order of members, escapes and the spelling of numbers
    /// do not matter (1 equals 1.0 and 10e-1).
    /// </summary>
    public bool Equals(RawJson other) => JsonEquality.AreEqual(Utf8, other.Utf8);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RawJson other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => JsonEquality.Hash(Utf8);

    /// <summary>The JSON text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_utf8 ?? s_null);

    /// <summary>What a member says when this is an object and the member a string; else empty.</summary>
    internal string StringMember(ReadOnlySpan<byte> name) =>
        Kind != JsonValueKind.Object ? "" : WireReader.Text(new WireReader(_utf8 ?? s_null).PeekTag(name));

    /// <summary>Copies one valid value without white space around it.</summary>
    internal static RawJson Copy(ReadOnlySpan<byte> json)
    {
        if (json.SequenceEqual(s_null))
        {
            return default;
        }

        if (json.Length <= 5)
        {
            foreach (var value in s_frequent)
            {
                if (json.SequenceEqual(value))
                {
                    return new RawJson(value);
                }
            }
        }

        return new RawJson(json.ToArray());
    }
}
