using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// The messages of a chat request: what the system says stands apart, and answers of tools are the user's. Answers that
/// follow one another become one turn: Gemini wants as many in it as there were calls.
/// </summary>
internal static class GeminiContents
{
    /// <summary>Writes <c>systemInstruction</c> and <c>contents</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, GeminiTarget target, RequestNotes notes)
    {
        WriteSystem(json, chat, target, notes);
        var calls = new GeminiCalls(target);
        json.WriteStartArray("contents"u8);
        ChatRole? open = null;
        foreach (var turn in chat.Turns.Where(turn => turn.Role != ChatRole.System && !IsEmpty(turn)))
        {
            if (open is not null && !(open == ChatRole.Tool && turn.Role == ChatRole.Tool))
            {
                Close(json);
                open = null;
            }

            if (open is null)
            {
                Open(json, turn.Role);
                open = turn.Role;
            }

            WriteTurn(json, turn, calls, target, notes);
        }

        if (open is not null)
        {
            Close(json);
        }

        json.WriteEndArray();
    }

    private static void Open(Utf8JsonWriter json, ChatRole role)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role == ChatRole.Assistant ? "model"u8 : "user"u8);
        json.WriteStartArray("parts"u8);
    }

    private static void Close(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // A turn without parts is refused there.
    private static bool IsEmpty(ChatTurn turn) =>
        turn.Role != ChatRole.Tool && turn.ToolCalls.Count == 0 && turn.Parts.All(IsEmpty)
        && (turn.Role != ChatRole.Assistant || !GeminiReasoning.Has(turn.Message));

    private static bool IsEmpty(ChatPart part) => part.Kind is ChatPartKind.Text or ChatPartKind.Refusal && part.Text.Escaped().IsEmpty;

    private static void WriteSystem(Utf8JsonWriter json, ChatRequestView chat, GeminiTarget target, RequestNotes notes)
    {
        var turns = chat.Turns.Where(turn => turn.Role == ChatRole.System && !IsEmpty(turn)).ToArray();
        if (turns.Length == 0)
        {
            return;
        }

        json.WriteStartObject("systemInstruction"u8);
        json.WriteStartArray("parts"u8);
        foreach (var part in turns.SelectMany(turn => turn.Parts))
        {
            GeminiParts.Write(json, part, target, notes);
        }

        Close(json);
    }

    private static void WriteTurn(Utf8JsonWriter json, ChatTurn turn, GeminiCalls calls, GeminiTarget target, RequestNotes notes)
    {
        switch (turn.Role)
        {
            case ChatRole.Tool:
                calls.WriteAnswer(json, turn, notes);
                break;
            case ChatRole.Assistant:
                WriteModel(json, turn, target, notes);
                calls.Write(json, turn);
                break;
            default:
                foreach (var part in turn.Parts)
                {
                    GeminiParts.Write(json, part, target, notes);
                }

                break;
        }
    }

    private static void WriteModel(Utf8JsonWriter json, ChatTurn turn, GeminiTarget target, RequestNotes notes)
    {
        var reasoning = GeminiReasoning.Of(turn.Message);
        reasoning.WriteThoughts(json);
        for (var i = 0; i < turn.Parts.Count; i++)
        {
            // The signature belongs to the end of what was said.
            GeminiParts.Write(json, turn.Parts[i], target, notes, i == turn.Parts.Count - 1 ? reasoning.Signature : null);
        }

        if (turn.Parts.All(IsEmpty) && reasoning.Signature is { } signature)
        {
            json.WriteStartObject();
            json.WriteString("text"u8, ""u8);
            json.WriteRaw("thoughtSignature"u8, signature);
            json.WriteEndObject();
        }

        reasoning.WriteImages(json, turn.Message);
        if (turn.Message.Find("audio"u8) is not null)
        {
            notes.Lacks($"{turn.Path}.audio");
        }
    }
}
