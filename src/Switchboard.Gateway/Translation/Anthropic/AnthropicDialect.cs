using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>The Messages API of Anthropic.</summary>
internal sealed class AnthropicDialect : ChatDialect
{
    /// <inheritdoc/>
    public override string PathOf(string model, bool isStream) => "messages";

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes) =>
        ChatRequestToAnthropic.Write(json, chat, model, isStream, notes);

    /// <inheritdoc/>
    public override ForeignAnswer CreateAnswer() => new AnthropicAnswerToChat();
}
