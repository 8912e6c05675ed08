namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A finite number.</summary>
public readonly struct DoubleCodec : IWireCodec<double>
{
    /// <inheritdoc/>
    public static double Read(ref WireReader reader) => reader.ReadDouble();

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, double value) => writer.WriteDouble(value);
}
