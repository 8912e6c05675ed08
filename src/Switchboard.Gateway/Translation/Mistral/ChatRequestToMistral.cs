using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Mistral;

/// <summary>A chat request as Mistral takes it, which refuses members it does not know.</summary>
/// <remarks>Source: Mistral's API specification, "Chat Completion".</remarks>
internal static class ChatRequestToMistral
{
    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        if (isStream)
        {
            json.WriteBoolean("stream"u8, true);
        }

        if (chat.MaxTokens is { } most)
        {
            json.WriteNumber("max_tokens"u8, most);
        }

        foreach (var member in chat.Root.EnumerateObject())
        {
            // Calls are parallel unless it is said that they are not.
            if (!RequestNotes.IsNeutral(member) || member is { Name: "parallel_tool_calls", Value.ValueKind: JsonValueKind.False })
            {
                WriteMember(json, chat, member, notes);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, ChatRequestView chat, JsonProperty member, RequestNotes notes)
    {
        switch (member.Name)
        {
            case "model" or "stream" or "stream_options" or "max_tokens" or "max_completion_tokens":
                break;
            case "messages":
                MistralMessages.Write(json, chat, notes);
                break;
            case "seed":
                json.WriteRaw("random_seed"u8, member.Value);
                break;
            case "tool_choice":
                WriteToolChoice(json, ChatToolChoice.Of(chat), member.Value);
                break;
            case "functions" or "function_call" or "user" or "store" or "metadata" or "logit_bias" or "logprobs" or "top_logprobs" or "service_tier"
                or "safety_identifier" or "prompt_cache_retention" or "verbosity" or "modalities" or "audio" or "web_search_options" or "top_k":
                notes.Lacks(member.Name);
                break;
            default:
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
                break;
        }
    }

    private static void WriteToolChoice(Utf8JsonWriter json, ChatToolChoice choice, JsonElement asked)
    {
        json.WritePropertyName("tool_choice"u8);
        if (choice.Kind == ChatToolChoiceKind.Named)
        {
            json.WriteRaw(asked);
            return;
        }

        json.WriteStringValue(choice.Kind switch { ChatToolChoiceKind.Required => "any"u8, ChatToolChoiceKind.None => "none"u8, _ => "auto"u8 });
    }
}
