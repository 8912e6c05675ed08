using System.Collections.Frozen;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary><c>generationConfig</c>.</summary>
internal static class GeminiConfigToChat
{
    // Members that are the same thing under another name.
    private static readonly FrozenDictionary<string, string> s_renamed = new Dictionary<string, string>
    {
        ["temperature"] = "temperature",
        ["seed"] = "seed",
        ["topP"] = "top_p",
        ["topK"] = "top_k",
        ["presencePenalty"] = "presence_penalty",
        ["frequencyPenalty"] = "frequency_penalty",
        ["candidateCount"] = "n",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Writes its members.</summary>
    public static void Write(ChatRequestWriter chat, JsonElement config)
    {
        foreach (var member in config.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            if (s_renamed.TryGetValue(GeminiNames.Of(member.Name), out var name))
            {
                chat.Json.WritePropertyName(name);
                chat.Json.WriteRaw(member.Value);
            }
            else
            {
                WriteOther(chat, config, member);
            }
        }
    }

    private static void WriteOther(ChatRequestWriter chat, JsonElement config, JsonProperty member)
    {
        var value = member.Value;
        switch (GeminiNames.Of(member.Name))
        {
            case "stopSequences" when value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 0:
                chat.Json.WriteRaw("stop"u8, value);
                break;
            case "maxOutputTokens" when value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _):
                chat.MaxTokens(value);
                break;
            case "thinkingConfig":
                WriteEffort(chat, value);
                break;
            case "responseMimeType":
                WriteFormat(chat, config, value);
                break;
            case "stopSequences" or "responseSchema" or "responseJsonSchema":
                break;
            case "responseModalities" when IsTextAlone(value):
                break;
            default:
                chat.Drop($"generationConfig.{member.Name}");
                break;
        }
    }

    // A budget of 0 is no thinking; -1 leaves it to the model, as saying nothing does.
    private static void WriteEffort(ChatRequestWriter chat, JsonElement thinking)
    {
        var effort = thinking.GetText("thinkingLevel")?.ToLowerInvariant() switch
        {
            "minimal" => "minimal",
            "low" => "low",
            "medium" => "medium",
            "high" => "high",
            _ => thinking.Get("thinkingBudget") is { ValueKind: JsonValueKind.Number } budget && budget.TryGetInt32(out var tokens) ? EffortOf(tokens) : null,
        };
        if (effort is not null)
        {
            chat.Json.WriteString("reasoning_effort"u8, effort);
        }
    }

    private static string? EffortOf(int budget) => budget switch
    {
        < 0 => null,
        0 => "none",
        < 4096 => "low",
        < 16_384 => "medium",
        _ => "high",
    };

    private static void WriteFormat(ChatRequestWriter chat, JsonElement config, JsonElement mediaType)
    {
        if (mediaType.ValueKind != JsonValueKind.String || mediaType.ValueEquals("text/plain"u8))
        {
            return;
        }

        if (!mediaType.ValueEquals("application/json"u8))
        {
            chat.Drop("generationConfig.responseMimeType");
            return;
        }

        var json = chat.Json;
        json.WriteStartObject("response_format"u8);
        if ((config.Get("responseJsonSchema") ?? config.Get("responseSchema")) is { ValueKind: JsonValueKind.Object } schema)
        {
            json.WriteString("type"u8, "json_schema"u8);
            json.WriteStartObject("json_schema"u8);
            json.WriteString("name"u8, "answer"u8);
            json.WritePropertyName("schema"u8);
            GeminiSchemaToChat.Write(json, schema);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("type"u8, "json_object"u8);
        }

        json.WriteEndObject();
    }

    private static bool IsTextAlone(JsonElement modalities) =>
        modalities.ValueKind == JsonValueKind.Array && modalities.EnumerateArray().All(modality => modality.ValueKind == JsonValueKind.String && modality.ValueEquals("TEXT"u8));
}
