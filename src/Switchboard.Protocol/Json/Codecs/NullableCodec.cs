namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A value or JSON null, for values that are structs in .NET.</summary>
/// <typeparam name="T">What the value is in .NET.</typeparam>
/// <typeparam name="TCodec">How it is read and written.</typeparam>
public readonly struct NullableCodec<T, TCodec> : IWireCodec<T?>
    where T : struct
    where TCodec : IWireCodec<T>
{
    /// <inheritdoc/>
    public static T? Read(ref WireReader reader) => reader.IsNull ? null : TCodec.Read(ref reader);

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, T? value)
    {
        if (value is { } present)
        {
            TCodec.Write(ref writer, present);
        }
        else
        {
            writer.WriteNull();
        }
    }
}
