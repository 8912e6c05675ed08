using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>A chat request as one of <c>generateContent</c>.</summary>
/// <remarks>Source: the Gemini API, "Generating content"; Vertex AI, "GenerationConfig".</remarks>
internal static class ChatRequestToGemini
{
    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, GeminiTarget target, bool isStream, RequestNotes notes)
    {
        var own = GeminiOwnMembers.Of(chat.Root);
        json.WriteStartObject();
        GeminiContents.Write(json, chat, target, notes);
        GeminiTools.Write(json, chat, own, notes);
        json.WriteStartObject("generationConfig"u8);
        own.WriteConfig(json);
        WriteConfig(json, chat, target.Model, own, notes);
        GeminiModalities.Write(json, chat, own, isStream, notes);
        json.WriteEndObject();
        own.WriteOthers(json);
        json.WriteEndObject();
        NoteOthers(chat, notes);
    }

    private static void WriteConfig(Utf8JsonWriter json, ChatRequestView chat, GeminiModel model, GeminiOwnMembers own, RequestNotes notes)
    {
        if (chat.MaxTokens is { } most && !own.Sets("maxOutputTokens"))
        {
            json.WriteNumber("maxOutputTokens"u8, most);
        }

        WriteNumber(json, chat, own, "temperature", "temperature");
        WriteNumber(json, chat, own, "top_p", "topP");
        WriteNumber(json, chat, own, "top_k", "topK");
        WriteNumber(json, chat, own, "presence_penalty", "presencePenalty");
        WriteNumber(json, chat, own, "frequency_penalty", "frequencyPenalty");
        WriteNumber(json, chat, own, "n", "candidateCount");
        WriteSeed(json, chat, own);
        WriteStops(json, chat, own, notes);
        WriteLogProbs(json, chat, own);
        WriteFormat(json, chat, own, notes);
        if (!own.Sets("thinkingConfig"))
        {
            GeminiThinking.Write(json, chat, model, notes);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, ChatRequestView chat, GeminiOwnMembers own, string member, string name)
    {
        if (chat.Root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && !own.Sets(name)
            && !(member == "n" && value.TryGetInt32(out var n) && n == 1))
        {
            json.WritePropertyName(name);
            json.WriteRaw(value);
        }
    }

    // 64 bits with OpenAI, 32 here: the same seed stays the same.
    private static void WriteSeed(Utf8JsonWriter json, ChatRequestView chat, GeminiOwnMembers own)
    {
        if (chat.Root.Find("seed"u8) is { ValueKind: JsonValueKind.Number } seed && seed.TryGetInt64(out var number) && !own.Sets("seed"))
        {
            json.WriteNumber("seed"u8, unchecked((int)number));
        }
    }

    private static void WriteStops(Utf8JsonWriter json, ChatRequestView chat, GeminiOwnMembers own, RequestNotes notes)
    {
        const int Most = 5;
        var stops = chat.Stops;
        if (stops.Count == 0 || own.Sets("stopSequences"))
        {
            return;
        }

        if (stops.Count > Most)
        {
            notes.Refuse("stop", "Gemini takes at most 5 stop sequences");
        }

        json.WriteStartArray("stopSequences"u8);
        foreach (var stop in stops)
        {
            json.WriteStringValue(stop);
        }

        json.WriteEndArray();
    }

    private static void WriteLogProbs(Utf8JsonWriter json, ChatRequestView chat, GeminiOwnMembers own)
    {
        if (!chat.Root.IsTrue("logprobs"u8) || own.Sets("responseLogprobs"))
        {
            return;
        }

        json.WriteBoolean("responseLogprobs"u8, true);
        if (chat.Root.Integer("top_logprobs"u8) is > 0 and var top && !own.Sets("logprobs"))
        {
            json.WriteNumber("logprobs"u8, top);
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatRequestView chat, GeminiOwnMembers own, RequestNotes notes)
    {
        if (chat.Root.Find("response_format"u8) is not { } format || format.Text("type"u8) == "text" || own.Sets("responseMimeType"))
        {
            return;
        }

        var schema = format.Find("json_schema"u8)?.Find("schema"u8);
        if (schema is null && format.Text("type"u8) != "json_object")
        {
            notes.LacksMuch("response_format");
            return;
        }

        json.WriteString("responseMimeType"u8, "application/json"u8);
        if (schema is { } value && !own.Sets("responseSchema") && !own.Sets("responseJsonSchema"))
        {
            json.WriteRaw("responseJsonSchema"u8, value);
        }
    }

    private static void NoteOthers(ChatRequestView chat, RequestNotes notes)
    {
        if (chat.Tools.Count > 0 && chat.Root.Find("parallel_tool_calls"u8) is { ValueKind: JsonValueKind.False })
        {
            notes.Lacks("parallel_tool_calls");
        }

        foreach (var member in chat.Root.Find("extra_body"u8) is { ValueKind: JsonValueKind.Object } extra ? extra.EnumerateObject() : default)
        {
            if (member.Name != "google")
            {
                notes.Lacks($"extra_body.{member.Name}");
            }
        }

        foreach (var member in chat.Root.EnumerateObject())
        {
            if (!IsKnown(member.Name) && !RequestNotes.IsNeutral(member) && !IsUsualTier(member))
            {
                notes.Lacks(member.Name);
            }
        }
    }

    private static bool IsUsualTier(JsonProperty member) =>
        member.Name == "service_tier" && member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals("default"u8);

    private static bool IsKnown(string member) => member is
        "model" or "messages" or "stream" or "stream_options" or "max_tokens" or "max_completion_tokens"
        or "temperature" or "top_p" or "top_k" or "presence_penalty" or "frequency_penalty" or "n" or "seed" or "stop"
        or "logprobs" or "top_logprobs" or "response_format" or "reasoning_effort" or "thinking"
        or "tools" or "functions" or "tool_choice" or "function_call" or "parallel_tool_calls" or "web_search_options"
        or "modalities" or "audio" || GeminiOwnMembers.IsOwn(member);
}
