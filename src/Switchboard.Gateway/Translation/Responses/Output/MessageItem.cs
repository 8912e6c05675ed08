using System.Buffers;
using System.Text;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>What the model says to the user: a part of text, a part of refusal, or both.</summary>
internal sealed class MessageItem(string id, int index) : OutputItem(id, index)
{
    private readonly List<Part> _parts = [];
    private bool _isPartOpen;

    /// <summary>More text.</summary>
    /// <param name="events">The stream, if there is one.</param>
    /// <param name="escaped">The text, as it stands inside a JSON string.</param>
    /// <param name="logProbs">The probabilities of its tokens, JSON between the brackets of an array; empty for none.</param>
    public void Say(ResponseEvents? events, ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> logProbs)
    {
        var part = Of(isRefusal: false, events);
        part.Text.Write(escaped);
        AddTo(part.LogProbs, logProbs);
        if (events is null)
        {
            return;
        }

        if (logProbs.IsEmpty)
        {
            events.Text("response.output_text.delta"u8, this, ",\"content_index\":"u8, _parts.Count - 1, ",\"delta\":"u8, escaped, ",\"logprobs\":[]"u8);
        }
        else
        {
            events.Text("response.output_text.delta"u8, this, ",\"content_index\":"u8, _parts.Count - 1, ",\"delta\":"u8, escaped, [.. ",\"logprobs\":["u8, .. logProbs, .. "]"u8]);
        }
    }

    /// <summary>More of a refusal.</summary>
    public void Refuse(ResponseEvents? events, ReadOnlySpan<byte> escaped)
    {
        Of(isRefusal: true, events).Text.Write(escaped);
        events?.Text("response.refusal.delta"u8, this, ",\"content_index\":"u8, _parts.Count - 1, ",\"delta\":"u8, escaped);
    }

    /// <summary>A citation, raw JSON.</summary>
    public void Annotate(ResponseEvents? events, ReadOnlySpan<byte> annotation)
    {
        var part = Of(isRefusal: false, events);
        AddTo(part.Annotations, annotation);
        events?.Raw(
            "response.output_text.annotation.added"u8, this, ",\"content_index\":"u8, _parts.Count - 1, ",\"annotation_index\":"u8,
            [.. Encoding.ASCII.GetBytes($"{part.AnnotationCount++},\"annotation\":"), .. annotation]);
    }

    /// <summary>The probabilities of a text that was said without them, JSON between the brackets of an array.</summary>
    public void AddLogProbs(ReadOnlySpan<byte> logProbs)
    {
        if (_parts.FindLast(part => !part.IsRefusal) is { } part)
        {
            AddTo(part.LogProbs, logProbs);
        }
    }

    /// <summary>A message has a text, if it be empty.</summary>
    public void SayNothing(ResponseEvents? events) => Of(isRefusal: false, events);

    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output, bool includesEncrypted)
    {
        WriteHead(output, "message"u8);
        WriteStatus(output);
        output.Write(",\"content\":["u8);
        for (var i = 0; i < _parts.Count; i++)
        {
            output.Write(i > 0 ? ","u8 : default);
            Write(output, _parts[i], includesLogProbs: true);
        }

        output.Write("],\"role\":\"assistant\"}"u8);
    }

    /// <inheritdoc/>
    protected override void CloseParts(ResponseEvents? events) => ClosePart(events);

    private Part Of(bool isRefusal, ResponseEvents? events)
    {
        if (_isPartOpen && _parts[^1].IsRefusal == isRefusal)
        {
            return _parts[^1];
        }

        ClosePart(events);
        _isPartOpen = true;
        var part = new Part(isRefusal);
        _parts.Add(part);
        events?.Raw("response.content_part.added"u8, this, ",\"content_index\":"u8, _parts.Count - 1, ",\"part\":"u8, Json(part));
        return part;
    }

    private void ClosePart(ResponseEvents? events)
    {
        if (!_isPartOpen)
        {
            return;
        }

        _isPartOpen = false;
        var part = _parts[^1];
        if (events is null)
        {
            return;
        }

        if (part.IsRefusal)
        {
            events.Text("response.refusal.done"u8, this, ",\"content_index\":"u8, _parts.Count - 1, ",\"refusal\":"u8, part.Text.WrittenSpan);
        }
        else
        {
            events.Text(
                "response.output_text.done"u8, this, ",\"content_index\":"u8, _parts.Count - 1, ",\"text\":"u8, part.Text.WrittenSpan,
                [.. ",\"logprobs\":["u8, .. part.LogProbs.WrittenSpan, .. "]"u8]);
        }

        events.Raw("response.content_part.done"u8, this, ",\"content_index\":"u8, _parts.Count - 1, ",\"part\":"u8, Json(part));
    }

    // As with OpenAI, without the probabilities, which the event before has.
    private static ReadOnlySpan<byte> Json(Part part)
    {
        var json = new ArrayBufferWriter<byte>(part.Text.WrittenCount + 96);
        Write(json, part, includesLogProbs: false);
        return json.WrittenSpan;
    }

    private static void Write(IBufferWriter<byte> output, Part part, bool includesLogProbs)
    {
        if (part.IsRefusal)
        {
            output.Write("{\"type\":\"refusal\",\"refusal\":\""u8);
            output.Write(part.Text.WrittenSpan);
            output.Write("\"}"u8);
            return;
        }

        output.Write("{\"type\":\"output_text\",\"annotations\":["u8);
        output.Write(part.Annotations.WrittenSpan);
        output.Write("],\"logprobs\":["u8);
        output.Write(includesLogProbs ? part.LogProbs.WrittenSpan : default);
        output.Write("],\"text\":\""u8);
        output.Write(part.Text.WrittenSpan);
        output.Write("\"}"u8);
    }

    private static void AddTo(ArrayBufferWriter<byte> elements, ReadOnlySpan<byte> json)
    {
        if (!json.IsEmpty)
        {
            elements.Write(elements.WrittenCount > 0 ? ","u8 : default);
            elements.Write(json);
        }
    }

    private sealed class Part(bool isRefusal)
    {
        public bool IsRefusal => isRefusal;

        public ArrayBufferWriter<byte> Text { get; } = new();

        public ArrayBufferWriter<byte> Annotations { get; } = new();

        public ArrayBufferWriter<byte> LogProbs { get; } = new();

        public int AnnotationCount { get; set; }
    }
}
