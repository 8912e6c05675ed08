using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>What the assistant said before, as a message of the chat: text, calls of tools, and its thinking as an extension.</summary>
internal static class AnthropicTurnsToChat
{
    /// <summary>Writes a message of the assistant.</summary>
    public static void Write(ChatRequestWriter chat, JsonElement content, string path)
    {
        var json = chat.Json;
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        if (content.ValueKind == JsonValueKind.String)
        {
            json.WriteRaw("content"u8, content);
        }
        else
        {
            WriteBlocks(chat, [.. content.EnumerateArray()], path);
        }

        json.WriteEndObject();
    }

    private static void WriteBlocks(ChatRequestWriter chat, JsonElement[] blocks, string path)
    {
        foreach (var block in blocks)
        {
            Check(chat, block, path);
        }

        var calls = OfType(blocks, "tool_use");
        WriteText(chat, blocks, hasCalls: calls.Length > 0);
        if (calls.Length > 0)
        {
            var kept = KeptOfCalls(blocks);
            chat.Json.WriteStartArray("tool_calls"u8);
            foreach (var call in calls)
            {
                WriteCall(chat, call, kept);
            }

            chat.Json.WriteEndArray();
        }

        WriteThinking(chat, blocks);
        if (Array.FindLast(blocks, block => block.Find("cache_control"u8) is not null) is { ValueKind: JsonValueKind.Object } cached)
        {
            AnthropicPartsToChat.WriteCache(chat, cached);
        }
    }

    private static void Check(ChatRequestWriter chat, JsonElement block, string path)
    {
        switch (block.Text("type"u8))
        {
            case "text" or "tool_use" or "thinking" or "redacted_thinking":
                break;
            case null:
                chat.Refuse($"{path}.content", $"'{path}.content' must hold content blocks: objects with a 'type' and what belongs to it.");
                break;
            case var other:
                // What Anthropic's own tools did on its servers.
                chat.Drop(other);
                break;
        }
    }

    // Blocks of text follow one another without anything between.
    private static void WriteText(ChatRequestWriter chat, JsonElement[] blocks, bool hasCalls)
    {
        var text = new ArrayBufferWriter<byte>(256);
        text.Write("\""u8);
        foreach (var block in OfType(blocks, "text"))
        {
            text.Write(block.Escaped("text"u8));
        }

        text.Write("\""u8);
        chat.Json.WritePropertyName("content"u8);
        if (text.WrittenCount == 2 && hasCalls)
        {
            chat.Json.WriteNullValue();
        }
        else
        {
            chat.Json.WriteRawValue(text.WrittenSpan, skipInputValidation: true);
        }
    }

    private static Dictionary<string, JsonElement> KeptOfCalls(JsonElement[] blocks)
    {
        var kept = new Dictionary<string, JsonElement>();
        foreach (var block in OfType(blocks, "redacted_thinking"))
        {
            if (KeptReasoning.TryReadCall(block.Text("data"u8), out var id) is { } extra)
            {
                kept.TryAdd(id, extra);
            }
        }

        return kept;
    }

    private static void WriteCall(ChatRequestWriter chat, JsonElement call, Dictionary<string, JsonElement> kept)
    {
        var json = chat.Json;
        var id = call.Text("id"u8) ?? "";
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, call.Text("name"u8) ?? "");
        json.WriteString("arguments"u8, call.Find("input"u8).RawOr("{}"u8));
        json.WriteEndObject();
        if (kept.TryGetValue(id, out var extra))
        {
            chat.Extension("extra_content", extra, static (json, extra) => json.WriteRaw(extra));
        }

        json.WriteEndObject();
    }

    private static void WriteThinking(ChatRequestWriter chat, JsonElement[] blocks)
    {
        var thoughts = Array.FindAll(blocks, block => block.Text("type"u8) is "thinking" or "redacted_thinking" && KeptReasoning.TryReadCall(block.Text("data"u8), out _) is null);
        if (thoughts.Length == 0)
        {
            return;
        }

        var text = new ArrayBufferWriter<byte>(256);
        text.Write("\""u8);
        foreach (var thought in OfType(thoughts, "thinking"))
        {
            text.Write(thought.Escaped("thinking"u8));
        }

        text.Write("\""u8);
        if (text.WrittenCount > 2)
        {
            chat.Extension("reasoning_content", text.WrittenMemory, static (json, text) => json.WriteRawValue(text.Span, skipInputValidation: true));
        }

        // What is signed has to come back as it was, block by block.
        var details = Array.FindAll(thoughts, thought => !thought.Escaped(IsRedacted(thought) ? "data"u8 : "signature"u8).IsEmpty);
        if (details.Length > 0)
        {
            chat.Extension("reasoning_details", details, WriteDetails);
        }
    }

    private static void WriteDetails(Utf8JsonWriter json, JsonElement[] details)
    {
        json.WriteStartArray();
        foreach (var detail in details)
        {
            WriteDetail(json, detail);
        }

        json.WriteEndArray();
    }

    private static void WriteDetail(Utf8JsonWriter json, JsonElement thought)
    {
        if (KeptReasoning.TryReadDetail(thought.Text("data"u8)) is { } kept)
        {
            json.WriteRaw(kept);
            return;
        }

        json.WriteStartObject();
        if (IsRedacted(thought))
        {
            json.WriteString("type"u8, "reasoning.encrypted"u8);
            json.WriteRaw("data"u8, thought.GetProperty("data"u8));
        }
        else
        {
            json.WriteString("type"u8, "reasoning.text"u8);
            json.WritePropertyName("text"u8);
            json.WriteRawValue(thought.Find("thinking"u8).RawOr("\"\""u8), skipInputValidation: true);
            json.WriteRaw("signature"u8, thought.GetProperty("signature"u8));
        }

        json.WriteString("format"u8, "anthropic-claude-v1"u8);
        json.WriteEndObject();
    }

    private static bool IsRedacted(JsonElement thought) => thought.Text("type"u8) == "redacted_thinking";

    private static JsonElement[] OfType(JsonElement[] blocks, string type) => Array.FindAll(blocks, block => block.Text("type"u8) == type);
}
