namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A value or JSON null, for values that are objects in .NET.</summary>
/// <typeparam name="T">What the value is in .NET.</typeparam>
/// <typeparam name="TCodec">How it is read and written.</typeparam>
public readonly struct OptionalCodec<T, TCodec> : IWireCodec<T?>
    where T : class
    where TCodec : IWireCodec<T>
{
    /// <inheritdoc/>
    public static T? Read(ref WireReader reader) => reader.IsNull ? null : TCodec.Read(ref reader);

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, T? value)
    {
        if (value is not null)
        {
            TCodec.Write(ref writer, value);
        }
        else
        {
            writer.WriteNull();
        }
    }
}
