using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;
using Switchboard.Gateway.Translation.Framing;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>The Converse API of Amazon Bedrock.</summary>
internal sealed class BedrockDialect : ChatDialect
{
    /// <summary>The path of an operation. Names of models hold colons, and slashes where they are ARNs.</summary>
    public static string PathOf(string model, string operation) => $"model/{Uri.EscapeDataString(model)}/{operation}";

    /// <inheritdoc/>
    public override string PathOf(string model, bool isStream) => PathOf(model, isStream ? "converse-stream" : "converse");

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes) =>
        ChatRequestToBedrock.Write(json, chat, model, notes);

    /// <inheritdoc/>
    public override ForeignAnswer CreateAnswer() => new BedrockAnswerToChat();

    /// <inheritdoc/>
    public override IStreamFraming CreateFraming() => new AwsEventStreamFraming();
}
