using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>A chat request as one of Cohere's chat API, version 2.</summary>
/// <remarks>Source: Cohere's API reference, "Chat".</remarks>
internal static class ChatRequestToCohere
{
    private const double MostTopP = 0.99;

    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteBoolean("stream"u8, isStream);
        CohereMessages.Write(json, chat, notes);
        CohereDocuments.Write(json, chat);
        CohereTools.Write(json, chat, notes);
        WriteThinking(json, chat);
        WriteFormat(json, chat, notes);
        if (chat.MaxTokens is { } most)
        {
            json.WriteNumber("max_tokens"u8, most);
        }

        foreach (var member in chat.Root.EnumerateObject())
        {
            WriteMember(json, member, chat, notes);
        }

        json.WriteEndObject();
    }

    // The members that are not looked at elsewhere, in the order they came.
    private static void WriteMember(Utf8JsonWriter json, JsonProperty member, ChatRequestView chat, RequestNotes notes)
    {
        if (IsElsewhere(member.Name))
        {
            return;
        }

        if (member.Name == "parallel_tool_calls")
        {
            if (member.Value.ValueKind == JsonValueKind.False)
            {
                notes.Lacks(member.Name);
            }

            return;
        }

        if (RequestNotes.IsNeutral(member))
        {
            return;
        }

        switch (member.Name)
        {
            case "temperature" or "seed" or "frequency_penalty" or "presence_penalty" or "k" or "p" or "safety_mode" or "citation_options" or "stop_sequences" or "raw_prompting" or "priority":
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
                break;
            case "top_p":
                json.WritePropertyName("p"u8);
                WriteTopP(json, member.Value);
                break;
            case "top_k":
                json.WriteRaw("k"u8, member.Value);
                break;
            case "stop":
                json.WriteStartArray("stop_sequences"u8);
                foreach (var stop in chat.Stops)
                {
                    json.WriteStringValue(stop);
                }

                json.WriteEndArray();
                break;
            case "n" or "modalities":
                notes.LacksMuch(member.Name);
                break;
            default:
                notes.Lacks(member.Name);
                break;
        }
    }

    /// <summary>Writes what is <c>top_p</c> with OpenAI. A 1, which says nothing there, is refused by Cohere's models, wherever they run.</summary>
    public static void WriteTopP(Utf8JsonWriter json, JsonElement topP)
    {
        if (topP.ValueKind == JsonValueKind.Number && topP.GetDouble() > MostTopP)
        {
            json.WriteNumberValue(MostTopP);
        }
        else
        {
            json.WriteRaw(topP);
        }
    }

    private static bool IsElsewhere(string member) => member is
        "model" or "messages" or "stream" or "stream_options" or "max_tokens" or "max_completion_tokens" or "documents"
        or "tools" or "functions" or "tool_choice" or "function_call" or "response_format" or "reasoning_effort" or "thinking";

    private static void WriteThinking(Utf8JsonWriter json, ChatRequestView chat)
    {
        var own = chat.Root.Find("thinking"u8);
        var effort = chat.Root.Text("reasoning_effort"u8);
        if (own is null && effort is null)
        {
            return;
        }

        var budget = own is { } thinking
            ? thinking.Integer("token_budget"u8) ?? thinking.Integer("budget_tokens"u8)
            : effort switch { "minimal" or "low" => 1024, "medium" => 4096, _ => null };
        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, (own?.Text("type"u8) ?? effort) is "disabled" or "none" ? "disabled"u8 : "enabled"u8);
        if (budget is { } tokens)
        {
            json.WriteNumber("token_budget"u8, tokens);
        }

        json.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        if (chat.Root.Find("response_format"u8) is not { } format || format.Text("type"u8) == "text")
        {
            return;
        }

        // Cohere has one type for both; a schema of its own may stand there bare.
        var schema = format.Find("json_schema"u8) is { ValueKind: JsonValueKind.Object } named ? named.Find("schema"u8) ?? named : (JsonElement?)null;
        if (schema is null && format.Text("type"u8) != "json_object")
        {
            notes.LacksMuch("response_format");
            return;
        }

        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, "json_object"u8);
        if (schema is { } value)
        {
            json.WriteRaw("json_schema"u8, value);
        }

        json.WriteEndObject();
    }
}
