namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A time as a number of seconds since 1970, whole or with a fraction.</summary>
public readonly struct UnixTimeCodec : IWireCodec<DateTimeOffset>
{
    /// <inheritdoc/>
    public static DateTimeOffset Read(ref WireReader reader) => reader.ReadUnixTime();

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, DateTimeOffset value) => writer.WriteUnixTime(value);
}
