using System.Buffers;
using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>
/// A response under way: the pieces of a chat completion become items of its output, one after the other, and events
/// where there is a stream.
/// </summary>
/// <param name="frame">What is said of it beside its output.</param>
/// <param name="events">The stream; null for a response that comes as a whole.</param>
internal class ResponseAnswer(ResponseFrame frame, ResponseEvents? events) : IChatOutput
{
    private readonly List<OutputItem> _items = [];
    private readonly ArrayBufferWriter<byte> _held = new();
    private ReasoningItem? _reasoning;
    private bool _hasBegun;
    private FinishReason? _reason;
    private long? _completedAt;
    private TokenUsage? _usage;

    /// <summary>Its output so far.</summary>
    public IReadOnlyList<OutputItem> Items => _items;

    /// <summary>It has come to an end of its own.</summary>
    public bool IsFinished => _reason is not null;

    private bool IsCut => Now().IsIncomplete;

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            frame.Begin(model);
            events?.Write("response.created"u8, frame, default, _items);
            events?.Write("response.in_progress"u8, frame, default, _items);
        }
    }

    /// <inheritdoc/>
    public void Text(int choice, ReadOnlySpan<byte> escaped)
    {
        if (!IsTold(choice) || escaped.IsEmpty)
        {
            return;
        }

        // The probabilities of a text come behind it, and in front of the next.
        Release(default);
        if (events is not null && frame.IncludesLogProbs)
        {
            _held.Write(escaped);
        }
        else
        {
            Message().Say(events, escaped, default);
        }
    }

    /// <inheritdoc/>
    public void Audio(int choice, ReadOnlySpan<byte> base64)
    {
        // A response of the specification holds no sound; no request of one asks for any.
    }

    /// <inheritdoc/>
    public void LogProbs(int choice, ReadOnlySpan<byte> json)
    {
        if (!IsTold(choice) || !frame.IncludesLogProbs)
        {
            return;
        }

        // Of the array its elements.
        var inner = json.Trim(" \t\r\n"u8);
        inner = inner.Length > 2 ? inner[1..^1] : default;
        if (events is null)
        {
            // Of a whole answer they come last, behind its calls.
            _items.OfType<MessageItem>().LastOrDefault()?.AddLogProbs(inner);
        }
        else
        {
            Release(InLine(inner));
        }
    }

    /// <inheritdoc/>
    public void Reasoning(int choice, ReadOnlySpan<byte> escaped)
    {
        if (IsTold(choice) && !escaped.IsEmpty)
        {
            Release(default);
            Thoughts().Think(events, escaped);
        }
    }

    /// <inheritdoc/>
    public void ReasoningDetail(int choice, ReadOnlySpan<byte> json)
    {
        if (IsTold(choice))
        {
            // What belongs to thoughts that were told stays with them.
            if (_reasoning is null)
            {
                Release(default);
            }

            (_reasoning ?? Thoughts()).Keep(json);
        }
    }

    /// <inheritdoc/>
    public void Refusal(int choice, ReadOnlySpan<byte> escaped)
    {
        if (IsTold(choice) && !escaped.IsEmpty)
        {
            Release(default);
            Message().Refuse(events, escaped);
        }
    }

    /// <inheritdoc/>
    public void Annotation(int choice, ReadOnlySpan<byte> json)
    {
        if (IsTold(choice) && json.StartsWith("{"u8))
        {
            Release(default);
            Message().Annotate(events, InLine(OutputAnnotation.Of(json)));
        }
    }

    /// <inheritdoc/>
    public void ToolCall(int choice, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra = default)
    {
        if (!IsTold(choice))
        {
            return;
        }

        Release(default);
        var callId = id.IsEmpty ? Encoding.ASCII.GetBytes($"call_{Guid.NewGuid():N}") : id.ToArray();
        var more = InLine(extra).ToArray();
        Open(frame.IsCustomTool(name)
            ? new CustomCallItem(NewId("ctc"), _items.Count, callId, name.ToArray(), more)
            : new CallItem(NewId("fc"), _items.Count, callId, name.ToArray(), more));
    }

    /// <inheritdoc/>
    public void ToolArguments(int choice, ReadOnlySpan<byte> escaped)
    {
        if (IsTold(choice) && _items is [.., CallItem call])
        {
            call.Argue(events, escaped);
        }
    }

    /// <inheritdoc/>
    public void Image(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64)
    {
        if (IsTold(choice))
        {
            Release(default);
            Open(new ImageItem(NewId("ig"), _items.Count, base64.ToArray()));
        }
    }

    /// <inheritdoc/>
    public void Finish(int choice, FinishReason reason)
    {
        if (!IsTold(choice) || IsFinished)
        {
            return;
        }

        Release(default);
        if (_items.Count == 0)
        {
            // An answer of nothing is a message that says nothing.
            Message().SayNothing(events);
        }

        // The last item stays open: some servers say more behind the reason (Cerebras).
        _reason = reason;
        _completedAt = IsCut ? null : frame.Now;
    }

    /// <inheritdoc/>
    public void Tokens(in TokenUsage usage) => _usage = usage;

    /// <summary>Writes the response, which has come to its end.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        CloseLast(IsCut);
        frame.WriteTo(output, Now(), _items, frame.IncludesEncrypted);
    }

    /// <summary>Tells the end of a stream.</summary>
    protected void Complete()
    {
        Release(default);
        CloseLast(IsCut);
        var end = Now();
        events?.Write(end.IsIncomplete ? "response.incomplete"u8 : "response.completed"u8, frame, end, _items);
    }

    private ResponseEnd Now() => new() { Reason = _reason, Usage = _usage, CompletedAt = _completedAt };

    // A response has one choice.
    private bool IsTold(int choice)
    {
        if (choice == 0)
        {
            Begin(default, default);
        }

        return choice == 0;
    }

    // Raw JSON of the provider's, whose events may have several lines.
    private static ReadOnlySpan<byte> InLine(ReadOnlySpan<byte> json)
    {
        if (!json.ContainsAny((byte)'\r', (byte)'\n'))
        {
            return json;
        }

        var line = new ArrayBufferWriter<byte>(json.Length);
        SseJson.Write(line, json);
        return line.WrittenSpan;
    }

    private void Release(ReadOnlySpan<byte> logProbs)
    {
        if (_held.WrittenCount > 0)
        {
            Message().Say(events, _held.WrittenSpan, logProbs);
            _held.ResetWrittenCount();
        }
    }

    private MessageItem Message() => _items is [.., MessageItem message] ? message : Open(new MessageItem(NewId("msg"), _items.Count));

    private ReasoningItem Thoughts()
    {
        if (_items is [.., ReasoningItem open])
        {
            return open;
        }

        return _reasoning = Open(new ReasoningItem(NewId("rs"), _items.Count));
    }

    private string NewId(string kind) => ResponseIds.OfOutput(kind, frame.Key, _items.Count);

    private T Open<T>(T item)
        where T : OutputItem
    {
        CloseLast(isCut: false);
        _items.Add(item);
        item.Open(events);
        return item;
    }

    private void CloseLast(bool isCut)
    {
        if (_items.Count > 0)
        {
            _items[^1].Close(events, isCut, frame.IncludesEncrypted);
        }
    }
}
