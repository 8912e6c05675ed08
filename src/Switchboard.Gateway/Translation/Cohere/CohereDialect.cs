using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>The chat API of Cohere, version 2.</summary>
internal sealed class CohereDialect : ChatDialect
{
    /// <inheritdoc/>
    public override string PathOf(string model, bool isStream) => "v2/chat";

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes) =>
        ChatRequestToCohere.Write(json, chat, model, isStream, notes);

    /// <inheritdoc/>
    public override ForeignAnswer CreateAnswer() => new CohereAnswerToChat();
}
