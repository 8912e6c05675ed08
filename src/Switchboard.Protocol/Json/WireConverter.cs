using System.Runtime.InteropServices;

namespace Switchboard.Protocol.Json;

/// <summary>Lets <see cref="JsonSerializer"/> read and write the types of the wire, alone or inside other types.</summary>
/// <typeparam name="T">The type of the wire.</typeparam>
public sealed class WireConverter<T> : JsonConverter<T>
    where T : IWireCodec<T>
{
    /// <summary>True for <see cref="RawJson"/> alone, which has a value for JSON null.</summary>
    public override bool HandleNull => typeof(T) == typeof(RawJson);

    /// <inheritdoc/>
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        try
        {
            return WireJson.Deserialize<T>(JsonMarshal.GetRawUtf8Value(element));
        }
        catch (JsonException fault)
        {
            // Without a path: the serialiser then fills in the one that leads here.
            throw new JsonException(fault.Message, fault);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        using var scratch = ScratchWriter.Rent();
        WireJson.Serialize(scratch, value);
        writer.WriteRawValue(scratch.WrittenSpan, skipInputValidation: true);
    }
}
