using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>A <c>GenerateContentRequest</c> of Google's Gemini API as a chat request.</summary>
/// <remarks>Source: the Gemini API, "Generating content". Names are taken as JSON has them and as protocol buffers have them (<c>generation_config</c>).</remarks>
internal static class GeminiRequestToChat
{
    /// <summary>Writes the request.</summary>
    /// <param name="chat">Where to.</param>
    /// <param name="request">The request.</param>
    /// <param name="model">The model of its path.</param>
    /// <param name="isStream">Its path asks for a stream.</param>
    public static void Write(ChatRequestWriter chat, JsonElement request, string model, bool isStream)
    {
        var json = chat.Json;
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        GeminiContentsToChat.Write(chat, request);
        GeminiToolsToChat.Write(chat, request);
        if (isStream)
        {
            json.WriteBoolean("stream"u8, true);
        }

        foreach (var member in request.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (GeminiNames.Of(member.Name))
            {
                case "contents" or "systemInstruction" or "tools" or "toolConfig" or "model" or "store":
                    break;
                case "generationConfig" when member.Value.ValueKind == JsonValueKind.Object:
                    GeminiConfigToChat.Write(chat, member.Value);
                    break;
                case "cachedContent":
                    chat.Refuse("cachedContent", "'cachedContent' is a part of the prompt that only Google has; it cannot be translated for the provider of this model.");
                    break;
                default:
                    chat.Drop(member.Name);
                    break;
            }
        }

        json.WriteEndObject();
    }
}
