using System.Text.Json;

namespace Switchboard.Gateway.Translation.Responses.Requests;

/// <summary>
/// One message of the model, put together of the items that it is in a response: its reasoning, its texts, its tool
/// calls. In chat they are one message, and the answers of the tools must follow it at once.
/// </summary>
internal sealed class AssistantTurn
{
    private readonly List<string> _reasoning = [];
    private readonly List<ReadOnlyMemory<byte>> _details = [];
    private readonly List<JsonElement> _texts = [];
    private readonly List<JsonElement> _calls = [];
    private JsonElement? _refusal;

    /// <summary>Nothing was added.</summary>
    public bool IsEmpty => _reasoning.Count == 0 && _details.Count == 0 && !HasText && _calls.Count == 0;

    /// <summary>The model has said something to the user.</summary>
    public bool HasText => _texts.Count > 0 || _refusal is not null;

    /// <summary>The model has called tools.</summary>
    public bool HasCalls => _calls.Count > 0;

    /// <summary>The model's thoughts are there.</summary>
    public bool HasReasoning => _reasoning.Count > 0 || _details.Count > 0;

    /// <summary>Adds an item of reasoning.</summary>
    public void AddReasoning(JsonElement item, RequestNotes notes)
    {
        var texts = TextsOf(item, "content"u8);
        texts = texts.Count > 0 ? texts : TextsOf(item, "summary"u8);
        if (texts.Count > 0)
        {
            _reasoning.Add(string.Join("\n\n", texts));
        }

        if (item.Text("encrypted_content"u8) is not { Length: > 0 } encrypted)
        {
            return;
        }

        if (EncryptedReasoning.TryOpen(encrypted, out var details))
        {
            _details.Add(details);
        }
        else
        {
            // Another provider's, which it alone can read.
            notes.Lacks("encrypted_content");
        }
    }

    /// <summary>Adds a message.</summary>
    public void AddMessage(InputItem item, RequestNotes notes)
    {
        if (item.Element.Find("content"u8) is not { ValueKind: JsonValueKind.Array } parts)
        {
            notes.Refuse($"{item.Path}.content", "it must be a string or an array of parts");
            return;
        }

        foreach (var part in parts.EnumerateArray())
        {
            if (ResponsesParts.TextOf(part) is { } text)
            {
                _texts.Add(text);
            }
            else if (part.Find("refusal"u8) is { ValueKind: JsonValueKind.String } refusal)
            {
                _refusal = refusal;
            }
            else
            {
                notes.Refuse($"{item.Path}.content", "a message of the assistant holds text and refusals alone");
            }
        }
    }

    /// <summary>Adds a tool call, <c>function_call</c> or <c>custom_tool_call</c>.</summary>
    public void AddCall(JsonElement call) => _calls.Add(call);

    /// <summary>Writes the message and forgets it.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        WriteContent(json);
        if (_refusal is { } refusal)
        {
            json.WriteRaw("refusal"u8, refusal);
        }

        if (_reasoning.Count > 0)
        {
            json.WriteString("reasoning_content"u8, string.Join("\n\n", _reasoning));
        }

        if (_details.Count > 0)
        {
            json.WriteStartArray("reasoning_details"u8);
            foreach (var details in _details)
            {
                json.WriteRawValue(details.Span, skipInputValidation: true);
            }

            json.WriteEndArray();
        }

        WriteCalls(json);
        json.WriteEndObject();
        Clear();
    }

    private void WriteContent(Utf8JsonWriter json)
    {
        json.WritePropertyName("content"u8);
        switch (_texts.Count)
        {
            case 0:
                json.WriteNullValue();
                break;
            case 1:
                json.WriteRaw(_texts[0]);
                break;
            default:
                json.WriteStringValue(string.Concat(_texts.Select(text => text.GetString())));
                break;
        }
    }

    private void WriteCalls(Utf8JsonWriter json)
    {
        if (_calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (var call in _calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, call.Text("call_id"u8) ?? call.Text("id"u8));
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Text("name"u8));
            WriteArguments(json, call);
            json.WriteEndObject();
            if (call.Find("extra_content"u8) is { } extra)
            {
                // What its provider wants back with the call, such as the signature of its thoughts.
                json.WriteRaw("extra_content"u8, extra);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteArguments(Utf8JsonWriter json, JsonElement call)
    {
        if (call.Text("type"u8) == "custom_tool_call")
        {
            json.WriteString("arguments"u8, CustomTools.ArgumentsOf(call.Text("input"u8) ?? ""));
        }
        else if (call.Find("arguments"u8) is { ValueKind: JsonValueKind.String } arguments)
        {
            json.WriteRaw("arguments"u8, arguments);
        }
        else
        {
            json.WriteString("arguments"u8, call.Find("arguments"u8) is { } other ? other.Raw() : "{}"u8);
        }
    }

    private void Clear()
    {
        _reasoning.Clear();
        _details.Clear();
        _texts.Clear();
        _calls.Clear();
        _refusal = null;
    }

    private static List<string> TextsOf(JsonElement item, ReadOnlySpan<byte> member)
    {
        var texts = new List<string>();
        if (item.Find(member) is { ValueKind: JsonValueKind.Array } parts)
        {
            foreach (var part in parts.EnumerateArray())
            {
                if (ResponsesParts.TextOf(part)?.GetString() is { Length: > 0 } text)
                {
                    texts.Add(text);
                }
            }
        }

        return texts;
    }
}
