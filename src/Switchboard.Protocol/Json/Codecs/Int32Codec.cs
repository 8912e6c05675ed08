namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A whole number of 32 bits.</summary>
public readonly struct Int32Codec : IWireCodec<int>
{
    /// <inheritdoc/>
    public static int Read(ref WireReader reader) => reader.ReadInt32();

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, int value) => writer.WriteInt64(value);
}
