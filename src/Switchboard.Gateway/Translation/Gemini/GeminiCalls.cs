using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// The calls of tools in a conversation, and their answers. An answer names the tool there, so it is found by the call's
/// id, and by its place where the ids do not fit.
/// </summary>
/// <param name="target">Where the request goes.</param>
internal sealed class GeminiCalls(GeminiTarget target)
{
    // Google's word for a call that it did not sign itself: a model that wants signatures then takes it.
    private const string NoSignature = "skip_thought_signature_validator";

    private readonly List<ChatToolCall> _open = [];

    /// <summary>Writes the calls of a message.</summary>
    public void Write(Utf8JsonWriter json, ChatTurn turn)
    {
        if (turn.ToolCalls.Count > 0)
        {
            _open.Clear();
        }

        for (var i = 0; i < turn.ToolCalls.Count; i++)
        {
            WriteCall(json, turn.ToolCalls[i], isFirst: i == 0);
            _open.Add(turn.ToolCalls[i]);
        }
    }

    /// <summary>Writes the answer of a tool.</summary>
    public void WriteAnswer(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        var name = Take(turn);
        if (name.Length == 0)
        {
            notes.Refuse(turn.Path, "it answers no call of the messages before it, and Gemini wants the tool's name");
        }

        var others = turn.Parts.Where(part => part.Kind is not (ChatPartKind.Text or ChatPartKind.Refusal)).ToArray();
        json.WriteStartObject();
        json.WriteStartObject("functionResponse"u8);
        WriteId(json, turn.ToolCallId);
        json.WriteString("name"u8, name);
        WriteResponse(json, turn);
        if (others.Length > 0 && target.Model.TakesPartsOfTools)
        {
            json.WriteStartArray("parts"u8);
            WriteParts(json, others, notes);
            json.WriteEndArray();
            others = [];
        }

        json.WriteEndObject();
        json.WriteEndObject();
        WriteParts(json, others, notes);
    }

    private void WriteParts(Utf8JsonWriter json, ChatPart[] parts, RequestNotes notes)
    {
        foreach (var part in parts)
        {
            GeminiParts.Write(json, part, target, notes);
        }
    }

    private void WriteCall(Utf8JsonWriter json, in ChatToolCall call, bool isFirst)
    {
        json.WriteStartObject();
        json.WriteStartObject("functionCall"u8);
        WriteId(json, call.Id);
        json.WriteString("name"u8, call.Name);
        json.WritePropertyName("args"u8);
        ToolArguments.WriteObject(json, call.Arguments);
        json.WriteEndObject();
        if (call.Element.Find("extra_content"u8)?.Find("google"u8)?.Find("thought_signature"u8) is { ValueKind: JsonValueKind.String } signature)
        {
            json.WriteRaw("thoughtSignature"u8, signature);
        }
        else if (isFirst && target.Model.WantsSignatures)
        {
            // Of calls made at once only the first is signed.
            json.WriteString("thoughtSignature"u8, NoSignature);
        }

        json.WriteEndObject();
    }

    // An id that was made up here means nothing there.
    private void WriteId(Utf8JsonWriter json, string id)
    {
        if (!target.IsVertex && id.Length > 0 && !ChatStamp.IsOwnToolId(id))
        {
            json.WriteString("id"u8, id);
        }
    }

    private string Take(ChatTurn turn)
    {
        var index = _open.FindIndex(call => call.Id == turn.ToolCallId);
        if (index < 0)
        {
            // Of old an answer names the function. Else the calls are answered in their order.
            index = _open.FindIndex(call => call.Name == turn.ToolCallId);
        }

        if (index < 0)
        {
            if (turn.Message.Text("name"u8) is { Length: > 0 } told)
            {
                return told;
            }

            index = _open.Count > 0 ? 0 : -1;
        }

        if (index < 0)
        {
            return "";
        }

        var name = _open[index].Name;
        _open.RemoveAt(index);
        return name;
    }

    // An object there: one that the tool wrote is taken as it is, anything else is the output, or the error.
    private static void WriteResponse(Utf8JsonWriter json, ChatTurn turn)
    {
        var texts = turn.Parts.Where(part => part.Kind is ChatPartKind.Text or ChatPartKind.Refusal).Select(part => part.Text).ToArray();
        json.WritePropertyName("response"u8);
        var isError = turn.Message.IsTrue("is_error"u8);
        if (!isError && texts.Length == 1 && ToolArguments.IsObject(texts[0].Utf8()))
        {
            json.WriteRawValue(texts[0].Utf8(), skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WritePropertyName(isError ? "error"u8 : "output"u8);
        if (texts.Length == 1)
        {
            json.WriteRaw(texts[0]);
        }
        else
        {
            json.WriteStringValue(string.Concat(texts.Select(text => text.GetString())));
        }

        json.WriteEndObject();
    }
}
