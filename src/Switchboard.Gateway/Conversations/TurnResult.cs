using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Conversations;

/// <summary>A turn that was answered and kept.</summary>
public sealed class TurnResult
{
    private readonly byte[] _quoted;

    internal TurnResult(ReadOnlySpan<byte> escaped) => _quoted = [(byte)'"', .. escaped, (byte)'"'];

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>The tokens of question and answer, those of what went before too; estimated where the provider tells none.</summary>
    public required int Tokens { get; init; }

    /// <summary>Of them those that the model read.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>What it costs, in nano-dollars; null where that is not known.</summary>
    public long? Cost { get; init; }

    /// <summary>When it was answered.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why the answer ended.</summary>
    internal FinishReason Reason { get; init; }

    /// <summary>Writes the text and what is known of the turn, as members of an object.</summary>
    public void WriteTo(Utf8JsonWriter json, string conversationId)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WritePropertyName("message"u8);
        json.WriteRawValue(_quoted, skipInputValidation: true);
        json.WriteString("conversation_id"u8, conversationId);
        TurnJson.WriteResult(json, this);
    }
}
