using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>The API of Google's Gemini models, at Google AI and in Vertex AI.</summary>
/// <param name="isVertex">It is Vertex AI.</param>
internal sealed class GeminiDialect(bool isVertex) : ChatDialect
{
    /// <inheritdoc/>
    public override string PathOf(string model, bool isStream) =>
        isStream ? PathOf(model, "streamGenerateContent") + "?alt=sse" : PathOf(model, "generateContent");

    /// <summary>Where a method of a model stands, below the base URL.</summary>
    public static string PathOf(string model, string method)
    {
        // Tuned models have a folder of their own: tunedModels/mine.
        var path = model.Contains('/', StringComparison.Ordinal) ? model : $"models/{model}";
        return $"{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}:{method}";
    }

    /// <summary>True for a name that would lead out of the folder of the models: below another project, with the gateway's key.</summary>
    public static bool LeadsElsewhere(string model) => model.Split('/').Any(segment => segment is "." or "..");

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes) =>
        ChatRequestToGemini.Write(json, chat, new GeminiTarget(GeminiModel.Of(model), isVertex), isStream, notes);

    /// <inheritdoc/>
    public override ForeignAnswer CreateAnswer() => new GeminiAnswerToChat();
}
