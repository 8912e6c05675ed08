namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A whole number of 64 bits.</summary>
public readonly struct Int64Codec : IWireCodec<long>
{
    /// <inheritdoc/>
    public static long Read(ref WireReader reader) => reader.ReadInt64();

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, long value) => writer.WriteInt64(value);
}
