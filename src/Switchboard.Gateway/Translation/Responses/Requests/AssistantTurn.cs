using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;

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
    private readonly List<JsonElement> _images = [];
    private JsonElement? _refusal;

    /// <summary>It holds nothing that a message could: thoughts alone are none, as of an answer that was cut off in them.</summary>
    public bool IsEmpty => !HasText && _calls.Count == 0 && _images.Count == 0;

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
    public void AddCall(InputItem call, RequestNotes notes)
    {
        if (call.Element.Text("call_id"u8) is null || call.Element.Text("name"u8) is null)
        {
            notes.Refuse(call.Path, "it must have a 'call_id' and a 'name'");
        }

        _calls.Add(call.Element);
    }

    /// <summary>Adds a picture that the model made, <c>image_generation_call</c>.</summary>
    public void AddImage(JsonElement call)
    {
        if (call.Find("result"u8) is { ValueKind: JsonValueKind.String } picture)
        {
            _images.Add(picture);
        }
    }

    /// <summary>Writes the message, if there is one, and forgets it.</summary>
    public void WriteTo(ChatRequestWriter chat)
    {
        if (!IsEmpty)
        {
            WriteMessage(chat);
        }

        Clear();
    }

    private void WriteMessage(ChatRequestWriter chat)
    {
        var json = chat.Json;
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        WriteContent(json);
        if (_refusal is { } refusal)
        {
            json.WriteRaw("refusal"u8, refusal);
        }

        if (_reasoning.Count > 0)
        {
            chat.Extension("reasoning_content", string.Join("\n\n", _reasoning), static (json, text) => json.WriteStringValue(text));
        }

        if (_details.Count > 0)
        {
            chat.Extension("reasoning_details", _details, static (json, details) => WriteList(json, details, static (json, one) => json.WriteRawValue(one.Span, skipInputValidation: true)));
        }

        if (_images.Count > 0)
        {
            chat.Extension("images", _images, static (json, images) => WriteList(json, images, WriteImage));
        }

        WriteCalls(chat);
        json.WriteEndObject();
    }

    private void WriteContent(Utf8JsonWriter json)
    {
        json.WritePropertyName("content"u8);
        switch (_texts.Count)
        {
            case 0 when _calls.Count == 0 && _refusal is null:
                // Who takes no pictures of the model's own is left with this.
                json.WriteStringValue(""u8);
                break;
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

    private void WriteCalls(ChatRequestWriter chat)
    {
        if (_calls.Count == 0)
        {
            return;
        }

        var json = chat.Json;
        json.WriteStartArray("tool_calls"u8);
        foreach (var call in _calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, call.Text("call_id"u8));
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Text("name"u8));
            WriteArguments(json, call);
            json.WriteEndObject();
            if (call.Find("extra_content"u8) is { } extra)
            {
                // What its provider wants back with the call, such as the signature of its thoughts.
                chat.Extension("extra_content", extra, static (json, extra) => json.WriteRaw(extra));
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

    private static void WriteList<T>(Utf8JsonWriter json, List<T> elements, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray();
        elements.ForEach(element => write(json, element));
        json.WriteEndArray();
    }

    private static void WriteImage(Utf8JsonWriter json, JsonElement picture)
    {
        var base64 = picture.Escaped();
        var url = new ArrayBufferWriter<byte>(base64.Length + 32);
        url.Write("\""u8);
        ChatJson.DataUrl(url, TypeOf(base64), base64);
        url.Write("\""u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WritePropertyName("url"u8);
        json.WriteRawValue(url.WrittenSpan, skipInputValidation: true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // The item does not say it; the first bytes of the picture do.
    private static ReadOnlySpan<byte> TypeOf(ReadOnlySpan<byte> base64) =>
        base64.StartsWith("/9j/"u8) || base64.StartsWith("\\/9j"u8) ? "image/jpeg"u8
        : base64.StartsWith("UklGR"u8) ? "image/webp"u8
        : base64.StartsWith("R0lGOD"u8) ? "image/gif"u8
        : "image/png"u8;

    private void Clear()
    {
        _reasoning.Clear();
        _details.Clear();
        _texts.Clear();
        _calls.Clear();
        _images.Clear();
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
