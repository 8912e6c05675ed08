using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>
/// <c>systemInstruction</c> and <c>contents</c> as messages. Calls and their answers need no id in this dialect and do in
/// chat: a call without one gets a number, and an answer without one is that of the first call of its name.
/// </summary>
internal sealed class GeminiContentsToChat
{
    private readonly ChatRequestWriter _chat;
    private readonly List<(string Name, string Id)> _unanswered = [];
    private int _calls;

    private GeminiContentsToChat(ChatRequestWriter chat) => _chat = chat;

    /// <summary>Writes <c>messages</c>.</summary>
    public static void Write(ChatRequestWriter chat, JsonElement request)
    {
        var writer = new GeminiContentsToChat(chat);
        chat.Json.WriteStartArray("messages"u8);
        var contents = request.GetList("contents").ToArray();
        if (contents.Length > 0 && request.Get("systemInstruction") is { } system)
        {
            writer.WriteSystem(system);
        }

        for (var i = 0; i < contents.Length; i++)
        {
            writer.WriteContent(contents[i], string.Create(CultureInfo.InvariantCulture, $"contents[{i}]"));
        }

        chat.Json.WriteEndArray();
    }

    private void WriteSystem(JsonElement system)
    {
        var texts = system.ValueKind == JsonValueKind.String ? [system] : system.GetList("parts").Select(part => part.Get("text") ?? default).Where(text => text.ValueKind == JsonValueKind.String).ToArray();
        if (texts.Length > 0)
        {
            Open("system"u8);
            WriteText(texts);
            _chat.Json.WriteEndObject();
        }
    }

    private void WriteContent(JsonElement content, string path)
    {
        var parts = content.GetList("parts").ToArray();
        switch (content.GetText("role"))
        {
            case "model":
                WriteModel(parts);
                break;
            case null or "user" or "function" or "tool":
                WriteUser(parts, path);
                break;
            case "system":
                WriteSystem(content);
                break;
            default:
                _chat.Refuse($"{path}.role", $"'{path}.role' must be user or model.");
                break;
        }
    }

    private void WriteUser(JsonElement[] parts, string path)
    {
        foreach (var response in parts.Select(part => part.Get("functionResponse")).OfType<JsonElement>())
        {
            WriteResponse(response);
        }

        var rest = Array.FindAll(parts, part => part.Get("functionResponse") is null);
        if (rest.Length == 0)
        {
            return;
        }

        Open("user"u8);
        if (rest.Length == 1 && rest[0].Get("text") is { ValueKind: JsonValueKind.String } text)
        {
            _chat.Json.WriteRaw("content"u8, text);
        }
        else
        {
            _chat.Json.WriteStartArray("content"u8);
            for (var i = 0; i < rest.Length; i++)
            {
                GeminiPartsToChat.Write(_chat, rest[i], string.Create(CultureInfo.InvariantCulture, $"{path}.parts[{i}]"));
            }

            _chat.Json.WriteEndArray();
        }

        _chat.Json.WriteEndObject();
    }

    private void WriteResponse(JsonElement response)
    {
        var name = response.GetText("name") ?? "";
        var json = _chat.Json;
        Open("tool"u8);
        json.WriteString("tool_call_id"u8, Answered(response.GetText("id"), name));
        json.WriteString("content"u8, response.Get("response").RawOr("{}"u8));
        json.WriteEndObject();
        if (response.Get("parts") is not null)
        {
            _chat.Drop("functionResponse.parts");
        }
    }

    private string Answered(string? id, string name)
    {
        var hasId = !string.IsNullOrEmpty(id);
        var at = _unanswered.FindIndex(call => hasId ? call.Id == id : call.Name == name);
        if (at < 0)
        {
            return hasId ? id! : name;
        }

        var found = _unanswered[at].Id;
        _unanswered.RemoveAt(at);
        return found;
    }

    private void WriteModel(JsonElement[] parts)
    {
        var json = _chat.Json;
        Open("assistant"u8);
        var texts = parts.Where(part => !part.IsTrue("thought"u8)).Select(part => part.Get("text")).OfType<JsonElement>().ToArray();
        var calls = Array.FindAll(parts, part => part.Get("functionCall") is not null);
        if (texts.Length == 0 && calls.Length > 0)
        {
            json.WriteNull("content"u8);
        }
        else
        {
            json.WritePropertyName("content"u8);
            WriteJoined(texts);
        }

        if (calls.Length > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var call in calls)
            {
                WriteCall(call);
            }

            json.WriteEndArray();
        }

        WriteThoughts(parts);
        json.WriteEndObject();
        foreach (var part in parts)
        {
            foreach (var member in part.EnumerateObject())
            {
                if (GeminiNames.Of(member.Name) is "inlineData" or "fileData" or "executableCode" or "codeExecutionResult" or "toolCall" or "toolResponse")
                {
                    _chat.Drop(member.Name);
                }
            }
        }
    }

    private void WriteCall(JsonElement part)
    {
        var json = _chat.Json;
        var call = part.Get("functionCall")!.Value;
        var name = call.GetText("name") ?? "";
        var id = call.GetText("id") is { Length: > 0 } told ? told : string.Create(CultureInfo.InvariantCulture, $"call_{_calls++}");
        _unanswered.Add((name, id));
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, name);
        json.WriteString("arguments"u8, call.Get("args").RawOr("{}"u8));
        json.WriteEndObject();
        if (part.GetText("thoughtSignature") is { } signature && KeptReasoning.TryReadDetail(signature) is null)
        {
            _chat.Extension("extra_content", signature, static (json, signature) =>
            {
                json.WriteStartObject();
                json.WriteStartObject("google"u8);
                json.WriteString("thought_signature"u8, signature);
                json.WriteEndObject();
                json.WriteEndObject();
            });
        }

        json.WriteEndObject();
    }

    private void WriteThoughts(JsonElement[] parts)
    {
        var thoughts = parts.Where(part => part.IsTrue("thought"u8)).Select(part => part.Get("text")).OfType<JsonElement>().Where(text => !text.Escaped().IsEmpty).ToArray();
        if (thoughts.Length > 0)
        {
            _chat.Extension("reasoning_content", thoughts, (_, texts) => WriteJoined(texts));
        }

        var details = parts.Select(part => KeptReasoning.TryReadDetail(part.GetText("thoughtSignature"))).OfType<JsonElement>().ToArray();
        if (details.Length > 0)
        {
            _chat.Extension("reasoning_details", details, static (json, details) =>
            {
                json.WriteStartArray();
                foreach (var detail in details)
                {
                    json.WriteRaw(detail);
                }

                json.WriteEndArray();
            });
        }
    }

    private void WriteText(JsonElement[] texts)
    {
        if (texts.Length == 1)
        {
            _chat.Json.WriteRaw("content"u8, texts[0]);
            return;
        }

        _chat.Json.WriteStartArray("content"u8);
        foreach (var text in texts)
        {
            GeminiPartsToChat.WriteText(_chat.Json, text);
        }

        _chat.Json.WriteEndArray();
    }

    // Parts of text that a model said follow one another without anything between.
    private void WriteJoined(JsonElement[] texts)
    {
        var joined = new ArrayBufferWriter<byte>(256);
        joined.Write("\""u8);
        foreach (var text in texts)
        {
            joined.Write(text.Escaped());
        }

        joined.Write("\""u8);
        _chat.Json.WriteRawValue(joined.WrittenSpan, skipInputValidation: true);
    }

    private void Open(ReadOnlySpan<byte> role)
    {
        _chat.Json.WriteStartObject();
        _chat.Json.WriteString("role"u8, role);
    }
}
