using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup;

/// <summary>One choice of an answer, whole or as a stream: its reader, and what that gave out.</summary>
internal sealed class MarkupChoice
{
    private readonly MarkupReader _reader;
    private byte[] _content = [];
    private byte[] _lastChunk = [];
    private int _lastLength;

    public MarkupChoice(int index, MarkupFormat format, Tools.ToolSchemas? tools)
    {
        Index = index;
        _reader = format.CreateReader(tools, Events);
    }

    /// <summary>Its index in the answer.</summary>
    public int Index { get; }

    /// <summary>What was said and is not written.</summary>
    public MarkupEvents Events { get; } = new();

    /// <summary>How many calls have been written.</summary>
    public int WrittenCalls { get; set; }

    /// <summary>True where what else the chunk's delta has has been written.</summary>
    public bool OthersAreWritten { get; set; }

    /// <summary>True from the reason to finish on.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The chunk that was last taken apart.</summary>
    public ReadOnlySpan<byte> LastChunk => _lastChunk.AsSpan(0, _lastLength);

    /// <summary>Reads what came; true where it says the same as it did, so that nothing need be written anew.</summary>
    /// <param name="content">The JSON of the content; what is no string says nothing.</param>
    /// <param name="isLast">True where no more comes.</param>
    public bool Read(ReadOnlySpan<byte> content, bool isLast)
    {
        var text = content is [(byte)'"', ..] ? Unescape(content) : [];
        _reader.Write(text);
        if (isLast)
        {
            Finish();
        }

        return Events.IsJust(text);
    }

    /// <summary>No more comes.</summary>
    public void Finish()
    {
        _reader.Finish();
        IsFinished = true;
    }

    /// <summary>Keeps a chunk, for the case that no other comes.</summary>
    public void Keep(ReadOnlySpan<byte> chunk)
    {
        _lastChunk = _lastChunk.Length < chunk.Length ? new byte[2 * chunk.Length] : _lastChunk;
        chunk.CopyTo(_lastChunk);
        _lastLength = chunk.Length;
    }

    /// <summary>Writes a reason to finish: where there were calls, those are the reason.</summary>
    public void WriteFinishReason(Utf8JsonWriter writer, ReadOnlySpan<byte> reason) =>
        writer.WriteRawValue(Events.Calls > 0 && reason.SequenceEqual("\"stop\""u8) ? "\"tool_calls\""u8 : reason, skipInputValidation: true);

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> json)
    {
        _content = _content.Length < json.Length ? new byte[2 * json.Length] : _content;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return _content.AsSpan(0, reader.CopyString(_content));
    }
}
