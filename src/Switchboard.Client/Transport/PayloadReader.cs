using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Transport;

/// <summary>Reads what an answer, or one event of a stream, holds.</summary>
internal abstract class PayloadReader<T>
{
    /// <summary>Reads JSON.</summary>
    /// <exception cref="JsonException">It is none, or not of this kind.</exception>
    public abstract T Read(ReadOnlySpan<byte> utf8Json);

    /// <summary>Reads an event.</summary>
    /// <param name="type">Its name; empty without.</param>
    /// <param name="data">Its data.</param>
    public virtual T ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data) => Read(data);
}

/// <summary>Reads a type of the API.</summary>
internal sealed class WirePayload<T> : PayloadReader<T>
    where T : IWireCodec<T>
{
    public static readonly WirePayload<T> Instance = new();

    public override T Read(ReadOnlySpan<byte> utf8Json) => WireJson.Deserialize<T>(utf8Json);
}

/// <summary>Reads a type of the API with a codec other than its own.</summary>
internal sealed class WirePayload<T, TCodec> : PayloadReader<T>
    where TCodec : IWireCodec<T>
{
    public static readonly WirePayload<T, TCodec> Instance = new();

    public override T Read(ReadOnlySpan<byte> utf8Json) => WireJson.Deserialize<T, TCodec>(utf8Json);
}

/// <summary>Reads a caller's own type.</summary>
internal sealed class JsonPayload<T> : PayloadReader<T>
{
    private readonly JsonTypeInfo<T> _type;

    public JsonPayload(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        _type = type;
    }

    public override T Read(ReadOnlySpan<byte> utf8Json) => JsonSerializer.Deserialize(utf8Json, _type) ?? throw new JsonException("The JSON is null.");
}

/// <summary>Reads the events of the assistants' streams, whose kind is the event's name: they are told as <c>{"event": name, "data": …}</c>.</summary>
internal sealed class NamedEventPayload<T>(PayloadReader<T> reader) : PayloadReader<T>
{
    public override T Read(ReadOnlySpan<byte> utf8Json) => reader.Read(utf8Json);

    public override T ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        using var json = new PooledBuffer(data.Length + 64);
        json.Write("{\"event\":"u8);
        JsonMembers.WriteString(json, type);
        json.Write(",\"data\":"u8);
        json.Write(data);
        json.Write("}"u8);
        return reader.Read(json.WrittenSpan);
    }
}
