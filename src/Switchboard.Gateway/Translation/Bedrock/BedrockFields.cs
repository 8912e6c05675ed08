using System.Text.Json;
using Switchboard.Gateway.Translation.Anthropic;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>
/// What is not in the Converse API and each maker of models has in a way of its own (<c>additionalModelRequestFields</c>):
/// reasoning and <c>top_k</c>. What a caller writes there himself is all that is sent; what else he asks for is named as dropped.
/// </summary>
internal static class BedrockFields
{
    /// <summary>True for a member of a request that is looked at here.</summary>
    public static bool Has(string member) => member is "additionalModelRequestFields" or "reasoning_effort" or "thinking" or "top_k";

    /// <summary>The caller writes them himself.</summary>
    public static bool AreOwn(ChatRequestView chat) => chat.Root.Find("additionalModelRequestFields"u8) is { ValueKind: JsonValueKind.Object };

    /// <summary>Writes the fields, where there are any.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, BedrockModel model, AnthropicThinking? thinking, RequestNotes notes)
    {
        var topK = chat.Root.Find("top_k"u8);
        if (AreOwn(chat))
        {
            json.WriteRaw("additionalModelRequestFields"u8, chat.Root.GetProperty("additionalModelRequestFields"u8));
            if (topK is not null)
            {
                notes.Lacks("top_k");
            }

            Note(chat, notes);
            return;
        }

        if (topK is not null && thinking?.IsOn == true)
        {
            // Thinking goes with none.
            notes.Lacks("top_k");
            topK = null;
        }

        var effort = chat.Root.Text("reasoning_effort"u8);
        var reasons = thinking is not null ? effort is not null || chat.Root.Find("thinking"u8) is not null : model.IsNova && effort is not null;
        if (!reasons)
        {
            Note(chat, notes);
        }

        if (topK is null && !reasons)
        {
            return;
        }

        json.WriteStartObject("additionalModelRequestFields"u8);
        if (reasons)
        {
            WriteReasoning(json, thinking, effort);
        }

        if (topK is { } most)
        {
            WriteTopK(json, most, model);
        }

        json.WriteEndObject();
    }

    private static void Note(ChatRequestView chat, RequestNotes notes)
    {
        // That nothing is thought is what holds without it.
        if (chat.Root.Text("reasoning_effort"u8) is { } effort && effort != "none")
        {
            notes.Lacks("reasoning_effort");
        }

        if (chat.Root.Find("thinking"u8) is not null)
        {
            notes.Lacks("thinking");
        }
    }

    private static void WriteReasoning(Utf8JsonWriter json, AnthropicThinking? thinking, string? effort)
    {
        if (thinking is not null)
        {
            thinking.Write(json);
            if (thinking.Effort is { } much)
            {
                json.WriteStartObject("output_config"u8);
                json.WriteString("effort"u8, much);
                json.WriteEndObject();
            }

            return;
        }

        json.WriteStartObject("reasoningConfig"u8);
        json.WriteString("type"u8, effort == "none" ? "disabled"u8 : "enabled"u8);
        if (effort != "none")
        {
            json.WriteString("maxReasoningEffort"u8, effort switch { "minimal" or "low" => "low"u8, "medium" => "medium"u8, _ => "high"u8 });
        }

        json.WriteEndObject();
    }

    private static void WriteTopK(Utf8JsonWriter json, JsonElement topK, BedrockModel model)
    {
        if (model.IsNova)
        {
            json.WriteStartObject("inferenceConfig"u8);
            json.WriteRaw("topK"u8, topK);
            json.WriteEndObject();
        }
        else
        {
            json.WriteRaw(model.IsCohere ? "k"u8 : "top_k"u8, topK);
        }
    }
}
