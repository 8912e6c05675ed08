namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A JSON string.</summary>
public readonly struct StringCodec : IWireCodec<string>
{
    /// <inheritdoc/>
    public static string Read(ref WireReader reader) => reader.ReadString();

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, string value) => writer.WriteString(value);
}
