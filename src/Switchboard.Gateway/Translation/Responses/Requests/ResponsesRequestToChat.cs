using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Responses.Requests;

/// <summary>A request of the Responses API as one of chat.</summary>
/// <remarks>
/// What the state is made of (<c>store</c>, <c>previous_response_id</c>, <c>conversation</c>, <c>metadata</c>) is the
/// gateway's, and not sent. What neither API has is an extension of the provider's and goes on as it came.
/// </remarks>
internal static class ResponsesRequestToChat
{
    /// <summary>Writes the request.</summary>
    public static void Write(ChatRequestWriter chat, ResponsesRequestView request, string model, RequestNotes notes)
    {
        var json = chat.Json;
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        if (request.Stream)
        {
            json.WriteBoolean("stream"u8, true);
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, true);
            json.WriteEndObject();
        }

        ResponsesMessages.Write(chat, request, notes);
        ResponsesTools.Write(json, request.Root, notes);
        if (request.Includes("message.output_text.logprobs"u8))
        {
            json.WriteBoolean("logprobs"u8, true);
            if (request.Root.Find("top_logprobs"u8) is { } top)
            {
                json.WriteRaw("top_logprobs"u8, top);
            }
        }

        foreach (var member in request.Root.EnumerateObject())
        {
            WriteMember(json, member, notes);
        }

        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, JsonProperty member, RequestNotes notes)
    {
        if (IsElsewhere(member.Name) || member.Value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        switch (member.Name)
        {
            case "max_output_tokens":
                json.WriteRaw("max_completion_tokens"u8, member.Value);
                break;
            case "reasoning" or "text" when member.Value.ValueKind != JsonValueKind.Object:
                notes.Refuse(member.Name, "it must be an object");
                break;
            case "reasoning":
                WriteReasoning(json, member.Value);
                break;
            case "text":
                WriteText(json, member.Value, notes);
                break;
            case "background" when member.Value.ValueKind == JsonValueKind.True:
                notes.Refuse("background", "it has only chat, which cannot be answered in the background; ask for a stream instead");
                break;
            case "prompt":
                notes.Refuse("prompt", "it keeps no prompts; write them into 'instructions' and 'input'");
                break;
            case "truncation":
                NoteTruncation(member.Value, notes);
                break;
            case "max_tool_calls" or "context_management" or "moderation" or "prompt_cache_options":
                notes.Lacks(member.Name);
                break;
            case "n" or "messages" or "functions" or "function_call" or "response_format" or "web_search_options":
                // They would say again, or otherwise, what is written already.
                notes.Lacks(member.Name);
                break;
            case "background":
                break;
            default:
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
                break;
        }
    }

    private static bool IsElsewhere(string member) => member is
        "model" or "input" or "instructions" or "stream" or "stream_options" or "include" or "top_logprobs" or "tools" or "tool_choice"
        or "parallel_tool_calls" or "store" or "previous_response_id" or "conversation" or "metadata";

    private static void WriteReasoning(Utf8JsonWriter json, JsonElement reasoning)
    {
        // A summary is what there is anyway: the reasoning as far as the provider tells it.
        if (reasoning.Find("effort"u8) is { } effort)
        {
            json.WriteRaw("reasoning_effort"u8, effort);
        }
    }

    private static void WriteText(Utf8JsonWriter json, JsonElement text, RequestNotes notes)
    {
        if (text.Find("verbosity"u8) is { } verbosity)
        {
            json.WriteRaw("verbosity"u8, verbosity);
        }

        if (text.Find("format"u8) is not { } format)
        {
            return;
        }

        switch (format.Text("type"u8))
        {
            case "text":
                break;
            case "json_object":
                json.WriteRaw("response_format"u8, format);
                break;
            case "json_schema":
                WriteSchema(json, format);
                break;
            default:
                notes.Refuse("text.format", "its type must be one of text, json_object and json_schema");
                break;
        }
    }

    private static void WriteSchema(Utf8JsonWriter json, JsonElement format)
    {
        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("json_schema"u8);
        foreach (var member in format.EnumerateObject())
        {
            if (member.Name is "name" or "description" or "schema" or "strict" && member.Value.ValueKind != JsonValueKind.Null)
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void NoteTruncation(JsonElement truncation, RequestNotes notes)
    {
        if (truncation.ValueKind != JsonValueKind.String || !truncation.ValueEquals("disabled"u8))
        {
            notes.Lacks("truncation");
        }
    }
}
