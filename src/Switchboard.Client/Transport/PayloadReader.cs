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

    /// <summary>Reads a whole answer.</summary>
    /// <param name="body">Its body.</param>
    /// <param name="contentType">What the server says that it is; null without.</param>
    public virtual T ReadAnswer(ReadOnlySpan<byte> body, string? contentType) => Read(body);

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

/// <summary>Reads answers that may be plain text in place of JSON, as subtitles are: they are told as <c>{"text": …}</c>.</summary>
internal sealed class TextPayload<T>(PayloadReader<T> reader) : PayloadReader<T>
{
    public override T Read(ReadOnlySpan<byte> utf8Json) => reader.Read(utf8Json);

    public override T ReadAnswer(ReadOnlySpan<byte> body, string? contentType)
    {
        if (body is [(byte)'{', ..] || !IsText(contentType))
        {
            return reader.Read(body);
        }

        using var json = new PooledBuffer(body.Length + 64);
        json.Write("{\"text\":"u8);
        JsonMembers.WriteString(json, body);
        json.Write("}"u8);
        return reader.Read(json.WrittenSpan);
    }

    // A web page is no transcript, but what something before the server answers.
    private static bool IsText(string? contentType) =>
        (contentType?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) is true && !contentType.Contains("html", StringComparison.OrdinalIgnoreCase))
        || contentType?.StartsWith("application/x-subrip", StringComparison.OrdinalIgnoreCase) is true;
}
