using System.Buffers;
using System.Text.Json;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>Writes the events of one streamed answer. Nothing is flushed here.</summary>
internal abstract class EventWriter(AnswerStamp stamp, bool includeUsage) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(Stream.Null, AnswerJson.Options);

    /// <summary>The value of <c>object</c>.</summary>
    protected abstract ReadOnlySpan<byte> Kind { get; }

    /// <summary>Writes what one step added; nothing where it added nothing to see.</summary>
    public abstract void Write(IBufferWriter<byte> output, in GenerationUpdate update);

    /// <summary>Writes the last event before <c>[DONE]</c>: the usage, where asked for.</summary>
    public void WriteUsage(IBufferWriter<byte> output, TokenUsage usage)
    {
        if (!includeUsage)
        {
            return;
        }

        var json = Begin(output);
        json.WriteEndArray();
        AnswerJson.WriteUsage(json, usage);
        Finish(output);
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>Begins an event; the writer stands inside <c>choices</c>.</summary>
    protected Utf8JsonWriter Begin(IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        _json.Reset(output);
        _json.WriteStartObject();
        AnswerJson.WriteStamp(_json, Kind, stamp);
        _json.WriteString("system_fingerprint"u8, stamp.Fingerprint);
        _json.WriteStartArray("choices"u8);
        return _json;
    }

    /// <summary>Ends an event that has its choice.</summary>
    protected void End(IBufferWriter<byte> output)
    {
        _json.WriteEndArray();
        if (includeUsage)
        {
            _json.WriteNull("usage"u8);
        }

        Finish(output);
    }

    private void Finish(IBufferWriter<byte> output)
    {
        _json.WriteEndObject();
        _json.Flush();
        output.Write("\n\n"u8);
    }
}
