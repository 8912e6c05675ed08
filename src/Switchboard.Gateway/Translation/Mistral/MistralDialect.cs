using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Mistral;

/// <summary>
/// Mistral's chat completions: OpenAI's but for thinking, which stands among the parts of the content, and for
/// members that go by another name or are refused.
/// </summary>
internal sealed class MistralDialect : ChatDialect
{
    /// <inheritdoc/>
    public override string PathOf(string model, bool isStream) => "chat/completions";

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes) =>
        ChatRequestToMistral.Write(json, chat, model, isStream, notes);

    /// <inheritdoc/>
    public override bool Takes(string extension) => extension == "reasoning_content";

    /// <inheritdoc/>
    public override ForeignAnswer CreateAnswer() => new MistralAnswerToChat();
}
