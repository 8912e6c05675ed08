using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>The messages of a chat request. They are nearly the same; the reasoning of a turn is part of its content, its plan to call tools stands beside it.</summary>
internal static class CohereMessages
{
    /// <summary>Writes <c>messages</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        json.WriteStartArray("messages"u8);
        foreach (var turn in chat.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.Role switch
            {
                ChatRole.System => "system"u8,
                ChatRole.Assistant => "assistant"u8,
                ChatRole.Tool => "tool"u8,
                _ => "user"u8,
            });
            if (turn.Role == ChatRole.Tool)
            {
                json.WriteString("tool_call_id"u8, turn.ToolCallId);
            }

            WriteContent(json, turn, notes);
            WriteCalls(json, turn);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteContent(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        if (turn.Role != ChatRole.Assistant && turn.Parts is [{ Kind: ChatPartKind.Text, Element.ValueKind: JsonValueKind.String } text])
        {
            json.WriteRaw("content"u8, text.Element);
            return;
        }

        if (IsCallsAlone(turn))
        {
            return;
        }

        json.WriteStartArray("content"u8);
        if (turn.Role == ChatRole.Assistant)
        {
            CohereReasoning.WriteThinking(json, turn.Message);
        }

        foreach (var part in turn.Parts)
        {
            WritePart(json, part, notes);
        }

        json.WriteEndArray();
    }

    private static bool IsCallsAlone(ChatTurn turn) => turn.ToolCalls.Count > 0 && !CohereReasoning.HasThinking(turn.Message)
        && turn.Parts.All(part => part.Kind is ChatPartKind.Text or ChatPartKind.Refusal && part.Text.Escaped().IsEmpty);

    private static void WritePart(Utf8JsonWriter json, in ChatPart part, RequestNotes notes)
    {
        switch (part.Kind)
        {
            case ChatPartKind.Text or ChatPartKind.Refusal:
                if (!part.Text.Escaped().IsEmpty)
                {
                    json.WriteStartObject();
                    json.WriteString("type"u8, "text"u8);
                    json.WriteRaw("text"u8, part.Text);
                    json.WriteEndObject();
                }

                break;
            case ChatPartKind.Image when part.Url is { } url:
                WriteImage(json, part, url);
                break;
            case ChatPartKind.File when CohereDocuments.IsDocument(part):
                // It stands among the documents.
                break;
            case ChatPartKind.Other when part.Type is "document" or "thinking":
                json.WriteRaw(part.Element);
                break;
            case ChatPartKind.File:
                notes.Refuse(part.Path, "Cohere takes files of text alone, as a data: URL of base64");
                break;
            default:
                notes.Refuse(part.Path, $"Cohere takes no part of the type '{part.Type}'");
                break;
        }
    }

    private static void WriteImage(Utf8JsonWriter json, in ChatPart part, JsonElement url)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteRaw("url"u8, url);
        if (part.Element.Find("image_url"u8)?.Find("detail"u8) is { } detail)
        {
            json.WriteRaw("detail"u8, detail);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteCalls(Utf8JsonWriter json, ChatTurn turn)
    {
        if (turn.ToolCalls.Count == 0)
        {
            return;
        }

        CohereReasoning.WritePlan(json, turn.Message);
        json.WriteStartArray("tool_calls"u8);
        foreach (var call in turn.ToolCalls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, call.Id);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, call.Arguments.ValueKind switch
            {
                JsonValueKind.String when call.Arguments.GetString() is { Length: > 0 } arguments => arguments,
                JsonValueKind.Object => call.Arguments.GetRawText(),
                _ => "{}",
            });
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
