using System.Buffers;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>What a block of a message is.</summary>
internal enum AnthropicBlock
{
    /// <summary>No block is open.</summary>
    None,

    /// <summary><c>text</c>.</summary>
    Text,

    /// <summary><c>thinking</c>.</summary>
    Thinking,

    /// <summary><c>tool_use</c>.</summary>
    Tool,
}

/// <summary>
/// A chat completion as the content blocks of a message: one block is open at a time, and ends where another begins.
/// How blocks are written is a derived class's: as events, or into one message.
/// </summary>
/// <remarks>A message has one choice; others are passed over.</remarks>
internal abstract class AnthropicBlocks(ChatStamp stamp) : IChatOutput
{
    private readonly ArrayBufferWriter<byte> _piece = new(256);
    private bool _hasReasoned;
    private bool _isRefused;
    private bool _hasCalled;
    private FinishReason? _reason;

    /// <summary>What the answer is called where its provider does not say.</summary>
    protected ChatStamp Stamp => stamp;

    /// <summary>The block that is open.</summary>
    protected AnthropicBlock Open { get; private set; }

    /// <summary>The tokens.</summary>
    protected TokenUsage Usage { get; private set; }

    /// <summary>Why the message ended, in Anthropic's words.</summary>
    protected ReadOnlySpan<byte> StopReason => _isRefused || _reason == FinishReason.ContentFilter ? "refusal"u8
        : _reason == FinishReason.Length ? "max_tokens"u8
        // Some servers call tools and say that they stopped.
        : _hasCalled ? "tool_use"u8
        : "end_turn"u8;

    /// <inheritdoc/>
    public abstract void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model);

    /// <inheritdoc/>
    public void Text(int choice, ReadOnlySpan<byte> escaped) => Piece(choice, AnthropicBlock.Text, escaped);

    /// <inheritdoc/>
    public void Reasoning(int choice, ReadOnlySpan<byte> escaped)
    {
        _hasReasoned = true;
        Piece(choice, AnthropicBlock.Thinking, escaped);
    }

    /// <inheritdoc/>
    public void Refusal(int choice, ReadOnlySpan<byte> escaped)
    {
        _isRefused |= choice == 0;
        Piece(choice, AnthropicBlock.Text, escaped);
    }

    /// <inheritdoc/>
    public void ReasoningDetail(int choice, ReadOnlySpan<byte> json)
    {
        if (choice != 0)
        {
            return;
        }

        var detail = ReasoningPiece.Read(json);
        if (detail.IsOfAnthropic && !detail.Data.IsEmpty)
        {
            Redact(detail.Data);
        }
        else if (!detail.Signature.IsEmpty && detail.IsOfAnthropic)
        {
            Sign(detail);
        }
        else if (!detail.Data.IsEmpty || !detail.Signature.IsEmpty)
        {
            _piece.ResetWrittenCount();
            KeptReasoning.Write(_piece, default, json);
            Redact(_piece.WrittenSpan);
        }
        else if (!_hasReasoned)
        {
            // Whoever tells its reasoning in details alone; most tell it in reasoning_content as well.
            Piece(choice, AnthropicBlock.Thinking, detail.Text);
        }
    }

    /// <inheritdoc/>
    public void ToolCall(int choice, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra = default)
    {
        if (choice != 0)
        {
            return;
        }

        _hasCalled = true;
        if (id.IsEmpty)
        {
            id = System.Text.Encoding.ASCII.GetBytes(stamp.NewToolId());
        }

        if (!extra.IsEmpty)
        {
            _piece.ResetWrittenCount();
            KeptReasoning.Write(_piece, id, extra[",\"extra_content\":"u8.Length..]);
            Redact(_piece.WrittenSpan);
        }

        End();
        Open = AnthropicBlock.Tool;
        StartTool(id, name);
    }

    /// <inheritdoc/>
    public void ToolArguments(int choice, ReadOnlySpan<byte> escaped)
    {
        // What comes behind the end of a call is part of nothing.
        if (choice == 0 && !escaped.IsEmpty && Open == AnthropicBlock.Tool)
        {
            Write(escaped);
        }
    }

    /// <inheritdoc/>
    public void Annotation(int choice, ReadOnlySpan<byte> json)
    {
        if (choice != 0)
        {
            return;
        }

        _piece.ResetWrittenCount();
        if (AnthropicCitation.TryWrite(json, _piece))
        {
            Turn(AnthropicBlock.Text);
            Cite(_piece.WrittenSpan);
        }
    }

    /// <inheritdoc/>
    public void Image(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64)
    {
        // A message has no pictures of the assistant's; as Markdown it is not lost.
        var text = new ArrayBufferWriter<byte>(base64.Length + 64);
        text.Write("![image]("u8);
        ChatJson.DataUrl(text, mediaType, base64);
        text.Write(")"u8);
        Piece(choice, AnthropicBlock.Text, text.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Audio(int choice, ReadOnlySpan<byte> base64)
    {
        // Its caller has no way to ask for sound here.
    }

    /// <inheritdoc/>
    public void LogProbs(int choice, ReadOnlySpan<byte> json)
    {
        // A message has none, and its caller has no way to ask for them.
    }

    /// <inheritdoc/>
    public void Finish(int choice, FinishReason reason)
    {
        if (choice == 0)
        {
            _reason ??= reason;
            End();
        }
    }

    /// <inheritdoc/>
    public void Tokens(in TokenUsage usage) => Usage = usage;

    /// <summary>Begins a block of text or thinking.</summary>
    protected abstract void Start(AnthropicBlock block);

    /// <summary>Begins a call.</summary>
    protected abstract void StartTool(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name);

    /// <summary>Writes more of the open block: text, thinking or input, escaped.</summary>
    protected abstract void Write(ReadOnlySpan<byte> escaped);

    /// <summary>Writes the signature of the open block of thinking.</summary>
    protected abstract void WriteSignature(ReadOnlySpan<byte> escaped);

    /// <summary>Writes a citation of the open block of text.</summary>
    protected abstract void Cite(ReadOnlySpan<byte> json);

    /// <summary>Writes a whole block of redacted thinking.</summary>
    protected abstract void WriteRedacted(ReadOnlySpan<byte> escaped);

    /// <summary>Ends the open block.</summary>
    protected abstract void Close();

    /// <summary>Writes the tokens as the members of <c>usage</c>.</summary>
    protected void WriteUsage(IBufferWriter<byte> output)
    {
        // Those read from a cache and written to one stand beside the others here.
        output.Write("{\"input_tokens\":"u8);
        ChatJson.Number(output, Math.Max(0, Usage.Prompt - Usage.Cached - Usage.CacheWritten));
        output.Write(",\"cache_creation_input_tokens\":"u8);
        ChatJson.Number(output, Usage.CacheWritten);
        output.Write(",\"cache_read_input_tokens\":"u8);
        ChatJson.Number(output, Usage.Cached);
        output.Write(",\"output_tokens\":"u8);
        ChatJson.Number(output, Usage.Completion);
        output.Write("}"u8);
    }

    /// <summary>Ends the open block, if one is.</summary>
    protected void End()
    {
        if (Open != AnthropicBlock.None)
        {
            Close();
            Open = AnthropicBlock.None;
        }
    }

    private void Piece(int choice, AnthropicBlock block, ReadOnlySpan<byte> escaped)
    {
        if (choice == 0 && !escaped.IsEmpty)
        {
            Turn(block);
            Write(escaped);
        }
    }

    private void Turn(AnthropicBlock block)
    {
        if (Open != block)
        {
            End();
            Open = block;
            Start(block);
        }
    }

    private void Redact(ReadOnlySpan<byte> escaped)
    {
        End();
        WriteRedacted(escaped);
    }

    // The signature is of the block that is open; one that was not told has its text here.
    private void Sign(in ReasoningPiece detail)
    {
        if (Open != AnthropicBlock.Thinking)
        {
            Turn(AnthropicBlock.Thinking);
            if (!detail.Text.IsEmpty)
            {
                Write(detail.Text);
            }
        }

        WriteSignature(detail.Signature);
        End();
    }
}
