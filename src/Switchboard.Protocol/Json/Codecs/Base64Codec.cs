namespace Switchboard.Protocol.Json.Codecs;

/// <summary>Bytes as a string of base64.</summary>
public readonly struct Base64Codec : IWireCodec<ReadOnlyMemory<byte>>
{
    /// <inheritdoc/>
    public static ReadOnlyMemory<byte> Read(ref WireReader reader) => reader.ReadBase64();

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, ReadOnlyMemory<byte> value) => writer.WriteBase64(value.Span);
}
