using System.Buffers;
using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Translation.Chat;

/// <summary>A chat completion as events: each piece becomes a chunk at once, written to <paramref name="output"/>.</summary>
/// <param name="output">Where the chunks go; whole events only.</param>
/// <param name="stamp">What the answer is called where its provider does not say.</param>
/// <param name="includeUsage">The caller asked for the usage.</param>
internal sealed class ChatChunks(IBufferWriter<byte> output, ChatStamp stamp, bool includeUsage) : IChatOutput
{
    private readonly ArrayBufferWriter<byte> _head = new(192);
    private readonly ChoiceStates _choices = new();
    private TokenUsage? _usage;
    private string? _audioId;
    private string? _model;
    private AnswerEnds _ends;

    /// <summary>True once a choice began, and all that began have ended.</summary>
    public bool IsFinished => _choices.AreFinished;

    /// <summary>How many bytes the model said so far.</summary>
    public long SpokenBytes { get; private set; }

    /// <summary>The usage told last.</summary>
    public TokenUsage? Usage => _usage;

    /// <summary>True where somebody wants to know which model answers.</summary>
    public bool KeepsModel { get; init; }

    /// <summary>What the answer says of itself.</summary>
    public AnswerNotes Notes => new(_model, _ends);

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model)
    {
        if (_head.WrittenCount > 0)
        {
            return;
        }

        _model = KeepsModel && !model.IsEmpty ? Encoding.UTF8.GetString(model) : null;
        _head.Write("data: {\"id\":\""u8);
        Put(id, stamp.NewId());
        _head.Write("\",\"object\":\"chat.completion.chunk\",\"created\":"u8);
        ChatJson.Number(_head, stamp.Created);
        _head.Write(",\"model\":\""u8);
        Put(model, stamp.Model);
        _head.Write("\",\"choices\":["u8);
    }

    /// <inheritdoc/>
    public void Text(int choice, ReadOnlySpan<byte> escaped) => Said(choice, "\"content\":\""u8, escaped);

    /// <inheritdoc/>
    public void Reasoning(int choice, ReadOnlySpan<byte> escaped) => Said(choice, "\"reasoning_content\":\""u8, escaped);

    /// <inheritdoc/>
    public void Refusal(int choice, ReadOnlySpan<byte> escaped) => Said(choice, "\"refusal\":\""u8, escaped);

    /// <inheritdoc/>
    public void ReasoningDetail(int choice, ReadOnlySpan<byte> json) => Listed(choice, "\"reasoning_details\":["u8, json);

    /// <inheritdoc/>
    public void Annotation(int choice, ReadOnlySpan<byte> json) => Listed(choice, "\"annotations\":["u8, json);

    /// <inheritdoc/>
    public void ToolCall(int choice, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra = default)
    {
        EndTool(choice);
        OpenTool(choice, _choices.Of(choice).Tools++);
        _choices.Of(choice).LacksArguments = true;
        output.Write(",\"id\":\""u8);
        if (id.IsEmpty)
        {
            ChatJson.Escape(output, stamp.NewToolId());
        }
        else
        {
            output.Write(id);
        }

        output.Write("\",\"type\":\"function\",\"function\":{\"name\":\""u8);
        output.Write(name);
        output.Write("\",\"arguments\":\"\"}"u8);
        output.Write(extra);
        output.Write("}]"u8);
        CloseDelta();
    }

    /// <inheritdoc/>
    public void ToolArguments(int choice, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        ref var state = ref _choices.Of(choice);
        if (state.Tools == 0)
        {
            throw new InvalidOperationException("No tool call has begun.");
        }

        SpokenBytes += escaped.Length;
        state.LacksArguments = false;
        OpenTool(choice, state.Tools - 1);
        output.Write(",\"function\":{\"arguments\":\""u8);
        output.Write(escaped);
        output.Write("\"}}]"u8);
        CloseDelta();
    }

    /// <inheritdoc/>
    public void Image(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64)
    {
        OpenDelta(choice);
        output.Write("\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\""u8);
        ChatJson.DataUrl(output, mediaType, base64);
        output.Write("\"}}]"u8);
        CloseDelta();
    }

    /// <inheritdoc/>
    public void Audio(int choice, ReadOnlySpan<byte> base64)
    {
        OpenDelta(choice);
        output.Write("\"audio\":{\"id\":\""u8);
        ChatJson.Escape(output, _audioId ??= stamp.NewAudioId());
        output.Write("\",\"data\":\""u8);
        output.Write(base64);
        output.Write("\"}"u8);
        CloseDelta();
    }

    /// <inheritdoc/>
    public void LogProbs(int choice, ReadOnlySpan<byte> json)
    {
        OpenDelta(choice);
        output.Write("},\"logprobs\":{\"content\":"u8);
        output.Write(json);
        output.Write(",\"refusal\":null},\"finish_reason\":null}]"u8);
        End();
    }

    /// <inheritdoc/>
    public void Finish(int choice, FinishReason reason)
    {
        if (_choices.Of(choice).IsFinished)
        {
            return;
        }

        EndTool(choice);
        OpenDelta(choice);
        _choices.Of(choice).IsFinished = true;
        _ends |= FinishReasons.EndOf(reason);
        output.Write("},\"finish_reason\":\""u8);
        output.Write(FinishReasons.Word(reason));
        output.Write("\"}]"u8);
        End();
    }

    /// <inheritdoc/>
    public void Tokens(in TokenUsage usage) => _usage = usage;

    /// <summary>Writes the end of the stream: the usage, where it was asked for and told, and <c>[DONE]</c>.</summary>
    public void Complete()
    {
        if (includeUsage && _usage is { } usage)
        {
            output.Write(_head.WrittenSpan);
            output.Write("],\"usage\":"u8);
            ChatJson.Usage(output, usage);
            output.Write("}\n\n"u8);
        }

        SseWriter.WriteDone(output);
    }

    // A piece without text says nothing, but the first of a choice, which brings the role.
    private void Said(int choice, ReadOnlySpan<byte> member, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty && _choices.Of(choice).HasBegun)
        {
            return;
        }

        SpokenBytes += escaped.Length;
        OpenDelta(choice);
        output.Write(member);
        output.Write(escaped);
        output.Write("\""u8);
        CloseDelta();
    }

    private void Listed(int choice, ReadOnlySpan<byte> member, ReadOnlySpan<byte> json)
    {
        OpenDelta(choice);
        output.Write(member);
        output.Write(json);
        output.Write("]"u8);
        CloseDelta();
    }

    // A call without arguments has an empty object: clients parse what stands there.
    private void EndTool(int choice)
    {
        if (_choices.Of(choice).LacksArguments)
        {
            ToolArguments(choice, "{}"u8);
        }
    }

    private void OpenTool(int choice, int index)
    {
        OpenDelta(choice);
        output.Write("\"tool_calls\":[{\"index\":"u8);
        ChatJson.Number(output, index);
    }

    private void OpenDelta(int choice)
    {
        Begin(default, default);
        ref var state = ref _choices.Of(choice);
        if (!state.HasBegun)
        {
            state.HasBegun = true;
            OpenChoice(choice);
            output.Write("\"role\":\"assistant\",\"content\":\"\""u8);
            CloseDelta();
        }

        OpenChoice(choice);
    }

    private void OpenChoice(int choice)
    {
        output.Write(_head.WrittenSpan);
        output.Write("{\"index\":"u8);
        ChatJson.Number(output, choice);
        output.Write(",\"delta\":{"u8);
    }

    private void CloseDelta()
    {
        output.Write("},\"finish_reason\":null}]"u8);
        End();
    }

    // OpenAI has the member in every chunk where the usage was asked for.
    private void End() => output.Write(includeUsage ? ",\"usage\":null}\n\n"u8 : "}\n\n"u8);

    private void Put(ReadOnlySpan<byte> escaped, string substitute)
    {
        if (escaped.IsEmpty)
        {
            ChatJson.Escape(_head, substitute);
        }
        else
        {
            _head.Write(escaped);
        }
    }
}
