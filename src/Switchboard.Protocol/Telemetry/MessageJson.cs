using System.Buffers;
using System.Text.Encodings.Web;

namespace Switchboard.Protocol.Telemetry;

/// <summary>Writes messages as the conventions have them: <c>[{"role": …, "parts": [{"type": "text", "content": …}]}]</c>. Bytes of images and sounds are left out.</summary>
internal static class MessageJson
{
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The messages of a request; null without.</summary>
    public static string? Input(JsonElement request) =>
        Array(request, "messages") is { } messages ? Write(json => Messages(json, messages))
        : Array(request, "input") is { } items ? Write(json => Items(json, items))
        : Text(request, "input") is { } input ? Write(json => Message(json, "user", input))
        : Text(request, "prompt") is { } prompt ? Write(json => Message(json, "user", prompt))
        : null;

    /// <summary>The instructions of a request to the Responses API; null without.</summary>
    public static string? Instructions(JsonElement request) => Text(request, "instructions") is { } text ? Write(json => TextPart(json, text)) : null;

    /// <summary>The messages of an answer; null without.</summary>
    public static string? Output(JsonElement answer) =>
        Array(answer, "choices") is { } choices ? Write(json => Choices(json, choices))
        : Array(answer, "output") is { } items && items.GetArrayLength() > 0 ? Write(json => Items(json, items))
        : Array(answer, "content") is not null ? Write(json => Message(json, answer, Text(answer, "stop_reason")))
        : null;

    /// <summary>Writes an array.</summary>
    public static string Write(Action<Utf8JsonWriter> elements)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_plain))
        {
            json.WriteStartArray();
            elements(json);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void TextPart(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    public static void ToolCall(Utf8JsonWriter json, string? id, string? name, string? arguments)
    {
        json.WriteStartObject();
        json.WriteString("type", "tool_call");
        json.WriteString("id", id);
        json.WriteString("name", name);
        json.WriteString("arguments", arguments);
        json.WriteEndObject();
    }

    private static void Messages(Utf8JsonWriter json, JsonElement messages)
    {
        foreach (var message in messages.EnumerateArray())
        {
            Message(json, message, finishReason: null);
        }
    }

    private static void Choices(Utf8JsonWriter json, JsonElement choices)
    {
        foreach (var choice in choices.EnumerateArray())
        {
            if (choice.TryGetProperty("message", out var message))
            {
                Message(json, message, Text(choice, "finish_reason"));
            }
            else if (Text(choice, "text") is { } text)
            {
                Message(json, "assistant", text);
            }
        }
    }

    private static void Items(Utf8JsonWriter json, JsonElement items)
    {
        foreach (var item in items.EnumerateArray())
        {
            switch (Text(item, "type"))
            {
                case null or "message":
                    Message(json, item, finishReason: null);
                    break;
                case "function_call":
                    Message(json, "assistant", () => ToolCall(json, Text(item, "call_id"), Text(item, "name"), Text(item, "arguments")));
                    break;
                case "function_call_output":
                    Message(json, "tool", () => ToolAnswer(json, item));
                    break;
                case { } other:
                    Message(json, "assistant", () => OtherPart(json, other));
                    break;
            }
        }
    }

    private static void Message(Utf8JsonWriter json, string role, string text) => Message(json, role, () => TextPart(json, text));

    private static void Message(Utf8JsonWriter json, string role, Action parts)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteStartArray("parts");
        parts();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter json, JsonElement message, string? finishReason)
    {
        json.WriteStartObject();
        json.WriteString("role", Text(message, "role") ?? "assistant");
        json.WriteStartArray("parts");
        if (Text(message, "role") == "tool")
        {
            ToolAnswer(json, message);
        }
        else
        {
            Content(json, message);
        }

        json.WriteEndArray();
        if (finishReason is not null)
        {
            json.WriteString("finish_reason", finishReason);
        }

        json.WriteEndObject();
    }

    private static void Content(Utf8JsonWriter json, JsonElement message)
    {
        if ((Text(message, "content") ?? Text(message, "refusal")) is { } text)
        {
            TextPart(json, text);
        }

        foreach (var part in Array(message, "content")?.EnumerateArray() ?? default)
        {
            if ((Text(part, "text") ?? Text(part, "refusal")) is { } words)
            {
                TextPart(json, words);
            }
            else
            {
                OtherPart(json, Text(part, "type") ?? "unknown");
            }
        }

        foreach (var call in Array(message, "tool_calls")?.EnumerateArray() ?? default)
        {
            if (call.TryGetProperty("function", out var function))
            {
                ToolCall(json, Text(call, "id"), Text(function, "name"), Text(function, "arguments"));
            }
        }
    }

    private static void ToolAnswer(Utf8JsonWriter json, JsonElement message)
    {
        json.WriteStartObject();
        json.WriteString("type", "tool_call_response");
        json.WriteString("id", Text(message, "tool_call_id") ?? Text(message, "call_id"));
        if (message.TryGetProperty("content", out var result) || message.TryGetProperty("output", out result))
        {
            json.WritePropertyName("response");
            result.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void OtherPart(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteEndObject();
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Array(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value : null;
}
