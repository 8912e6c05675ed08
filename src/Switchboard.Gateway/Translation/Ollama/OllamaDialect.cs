using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;
using Switchboard.Gateway.Translation.Framing;

namespace Switchboard.Gateway.Translation.Ollama;

/// <summary>The chat API of Ollama.</summary>
internal sealed class OllamaDialect : ChatDialect
{
    /// <inheritdoc/>
    public override string PathOf(string model, bool isStream) => "api/chat";

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes) =>
        ChatRequestToOllama.Write(json, chat, model, isStream, notes);

    /// <inheritdoc/>
    public override ForeignAnswer CreateAnswer() => new OllamaAnswerToChat();

    /// <inheritdoc/>
    public override IStreamFraming CreateFraming() => new LineFraming();
}
