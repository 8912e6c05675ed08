using System.Buffers;
using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Conversations;

/// <summary>What the model answers in a turn: its text, and how it ended. Of a model that thinks aloud only what it says is told and kept.</summary>
internal class TurnAnswer : IChatOutput
{
    private readonly ArrayBufferWriter<byte> _text = new(512);

    /// <summary>The text as it stands inside a JSON string.</summary>
    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    /// <summary>The model as its provider names it; null where it does not.</summary>
    public string? Model { get; private set; }

    /// <summary>Why it ended; null while it has not.</summary>
    public FinishReason? Reason { get; private set; }

    /// <summary>The tokens; null where nobody told them.</summary>
    public TokenUsage? Usage { get; private set; }

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model) => Model ??= model.IsEmpty || model.Contains((byte)'\\') ? null : Encoding.UTF8.GetString(model);

    /// <inheritdoc/>
    void IChatOutput.Text(int choice, ReadOnlySpan<byte> escaped) => Say(choice, escaped);

    /// <inheritdoc/>
    public void Refusal(int choice, ReadOnlySpan<byte> escaped) => Say(choice, escaped);

    /// <inheritdoc/>
    public void Finish(int choice, FinishReason reason) => Reason ??= reason;

    /// <inheritdoc/>
    public void Tokens(in TokenUsage usage) => Usage = usage;

    /// <inheritdoc/>
    public void Reasoning(int choice, ReadOnlySpan<byte> escaped)
    {
    }

    /// <inheritdoc/>
    public void ReasoningDetail(int choice, ReadOnlySpan<byte> json)
    {
    }

    /// <inheritdoc/>
    public void ToolCall(int choice, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra = default)
    {
    }

    /// <inheritdoc/>
    public void ToolArguments(int choice, ReadOnlySpan<byte> escaped)
    {
    }

    /// <inheritdoc/>
    public void Annotation(int choice, ReadOnlySpan<byte> json)
    {
    }

    /// <inheritdoc/>
    public void Image(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64)
    {
    }

    /// <inheritdoc/>
    public void Audio(int choice, ReadOnlySpan<byte> base64)
    {
    }

    /// <inheritdoc/>
    public void LogProbs(int choice, ReadOnlySpan<byte> json)
    {
    }

    /// <summary>Tells more of the text.</summary>
    protected virtual void Tell(ReadOnlySpan<byte> escaped)
    {
    }

    private void Say(int choice, ReadOnlySpan<byte> escaped)
    {
        if (choice == 0 && !escaped.IsEmpty)
        {
            _text.Write(escaped);
            Tell(escaped);
        }
    }
}

/// <summary>An answer that is told as a whole, by who asked for it.</summary>
internal sealed class WholeTurnAnswer : TurnAnswer, ISurfaceBody
{
    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> output)
    {
        // The one who asked writes it, with what is known once it is kept.
    }
}
