using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>A request of the Messages API of Anthropic as a chat request.</summary>
/// <remarks>Source: the Messages API, "Create a Message". What chat has no word for and some providers know is written as an extension.</remarks>
internal static class AnthropicRequestToChat
{
    private const int LongestUser = 64;

    /// <summary>Writes the request.</summary>
    public static void Write(ChatRequestWriter chat, JsonElement request)
    {
        var json = chat.Json;
        json.WriteStartObject();
        if (request.Find("model"u8) is { } model)
        {
            json.WriteRaw("model"u8, model);
        }

        AnthropicMessagesToChat.Write(chat, request);
        AnthropicToolsToChat.Write(chat, request);
        WriteEffort(chat, request);
        foreach (var member in request.EnumerateObject())
        {
            WriteMember(chat, member);
        }

        json.WriteEndObject();
    }

    private static void WriteMember(ChatRequestWriter chat, JsonProperty member)
    {
        var json = chat.Json;
        var value = member.Value;
        switch (member.Name)
        {
            case "model" or "messages" or "system" or "tools" or "tool_choice" or "thinking":
                break;
            case var _ when value.ValueKind == JsonValueKind.Null:
                break;
            case "max_tokens" when value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var limit) && limit > 0:
                chat.MaxTokens(value);
                break;
            case "max_tokens":
                chat.Refuse("max_tokens", "'max_tokens' must be a whole number above 0.", "invalid_type");
                break;
            case "temperature" or "top_p" or "top_k" or "stream":
                json.WritePropertyName(member.Name);
                json.WriteRaw(value);
                break;
            case "stop_sequences":
                WriteStops(json, value);
                break;
            case "metadata":
                WriteUser(chat, value);
                break;
            case "output_config":
                WriteOutputConfig(chat, value);
                break;
            case "output_format":
                WriteFormat(chat, value);
                break;
            case "service_tier":
                WriteServiceTier(json, value);
                break;
            default:
                chat.Drop(member.Name);
                break;
        }
    }

    private static void WriteStops(Utf8JsonWriter json, JsonElement stops)
    {
        if (stops.ValueKind != JsonValueKind.Array || stops.GetArrayLength() > 0)
        {
            json.WriteRaw("stop"u8, stops);
        }
    }

    private static void WriteUser(ChatRequestWriter chat, JsonElement metadata)
    {
        if (metadata.Find("user_id"u8) is { ValueKind: JsonValueKind.String } user)
        {
            chat.Json.WriteString("user"u8, Shorten(user.GetString()!));
        }
    }

    // Claude Code tells more than most servers take (128 characters, of OpenAI's safety_identifier 64).
    private static string Shorten(string user) => user.Length <= LongestUser ? user : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user)));

    // The effort of output_config, else what the budget of thinking amounts to.
    private static void WriteEffort(ChatRequestWriter chat, JsonElement request)
    {
        var thinking = request.Find("thinking"u8);
        var effort = request.Find("output_config"u8)?.Text("effort"u8) switch
        {
            null => thinking?.Text("type"u8) == "enabled" ? EffortOf(thinking.Value.Integer("budget_tokens"u8) ?? 0) : null,
            "max" or "xhigh" => "high",
            var said => said,
        };
        if (effort is not null && thinking?.Text("type"u8) != "disabled")
        {
            chat.Json.WriteString("reasoning_effort"u8, effort);
        }
    }

    private static string EffortOf(int budget) => budget switch
    {
        < 4096 => "low",
        < 16_384 => "medium",
        _ => "high",
    };

    private static void WriteOutputConfig(ChatRequestWriter chat, JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in config.EnumerateObject())
        {
            if (member.Name == "format")
            {
                WriteFormat(chat, member.Value);
            }
            else if (member.Name != "effort" && member.Value.ValueKind != JsonValueKind.Null)
            {
                chat.Drop($"output_config.{member.Name}");
            }
        }
    }

    private static void WriteFormat(ChatRequestWriter chat, JsonElement format)
    {
        if (format.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (format.Text("type"u8) != "json_schema" || format.Find("schema"u8) is not { ValueKind: JsonValueKind.Object } schema)
        {
            chat.Refuse("output_config.format", "'output_config.format' must be of the type 'json_schema' and have a 'schema'.");
            return;
        }

        var json = chat.Json;
        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("json_schema"u8);
        json.WriteString("name"u8, "answer"u8);
        json.WriteRaw("schema"u8, schema);
        json.WriteBoolean("strict"u8, true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // `auto` is what holds without it.
    private static void WriteServiceTier(Utf8JsonWriter json, JsonElement tier)
    {
        if (tier.ValueKind == JsonValueKind.String && tier.ValueEquals("standard_only"u8))
        {
            json.WriteString("service_tier"u8, "default"u8);
        }
    }
}
