using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Switchboard.Protocol.Embeddings;

/// <summary>An embedding: on the wire an array of numbers or a base64 string of little-endian 32-bit floats.</summary>
/// <remarks>
/// It is written in the form it was read in. OpenAI's numbers are 32-bit floats printed as doubles and are written so;
/// where a provider's are not exactly such floats, their text is kept beside the values and written back.
/// </remarks>
[JsonConverter(typeof(WireConverter<EmbeddingVector>))]
public readonly struct EmbeddingVector : IWireCodec<EmbeddingVector>, IEquatable<EmbeddingVector>
{
    private readonly Form _form;
    private readonly RawJson _text;

    /// <summary>A vector that is written as an array of numbers.</summary>
    /// <param name="values">The numbers; not copied.</param>
    public EmbeddingVector(ReadOnlyMemory<float> values)
        : this(values, Form.Numbers, default)
    {
    }

    private EmbeddingVector(ReadOnlyMemory<float> values, Form form, RawJson text)
    {
        Values = values;
        _form = form;
        _text = text;
    }

    /// <summary>The vector's numbers.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>True for the default: there is no vector.</summary>
    internal bool IsAbsent => _form == Form.Absent;

    /// <summary>A vector that is written as an array of numbers.</summary>
    public static implicit operator EmbeddingVector(ReadOnlyMemory<float> values) => new(values);

    /// <summary>A vector that is written as an array of numbers; null is no vector.</summary>
    public static implicit operator EmbeddingVector(float[]? values) => values is null ? default : new(values);

    /// <summary>True when both are the same on the wire.</summary>
    public static bool operator ==(EmbeddingVector left, EmbeddingVector right) => left.Equals(right);

    /// <summary>True when the two differ on the wire.</summary>
    public static bool operator !=(EmbeddingVector left, EmbeddingVector right) => !left.Equals(right);

    /// <inheritdoc/>
    public static EmbeddingVector Read(ref WireReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new EmbeddingVector(reader.ReadBase64Floats(), Form.Base64, default);
        }

        var start = reader.Offset;
        var values = FloatsCodec.Read(ref reader, out var areExact);
        return areExact
            ? new EmbeddingVector(values)
            : new EmbeddingVector(values, Form.Text, RawJson.Copy(reader.TextFrom(start)));
    }

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, EmbeddingVector value)
    {
        switch (value._form)
        {
            case Form.Base64:
                WriteBytes(ref writer, value.Values.Span);
                break;
            case Form.Text:
                RawJson.Write(ref writer, value._text);
                break;
            default:
                FloatsCodec.Write(ref writer, value.Values);
                break;
        }
    }

    /// <summary>True when both are the same on the wire: the same form and the same numbers.</summary>
    public bool Equals(EmbeddingVector other) =>
        _form == other._form && Values.Span.SequenceEqual(other.Values.Span) && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EmbeddingVector other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_form, Values.Length, Values.IsEmpty ? 0 : Values.Span[0]);

    private static void WriteBytes(ref WireWriter writer, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            writer.WriteBase64(MemoryMarshal.AsBytes(values));
            return;
        }

        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        writer.WriteBase64(bytes);
    }

    private enum Form : byte
    {
        Absent,
        Numbers,
        Base64,
        Text,
    }
}
