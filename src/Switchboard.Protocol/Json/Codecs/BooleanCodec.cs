namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A JSON true or false.</summary>
public readonly struct BooleanCodec : IWireCodec<bool>
{
    /// <inheritdoc/>
    public static bool Read(ref WireReader reader) => reader.ReadBoolean();

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, bool value) => writer.WriteBoolean(value);
}
