using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Translation.Chat.Requests;

/// <summary>
/// A chat request as translations look at it: its messages and tools in order, everything else by name. Values stay
/// where they are in the body; nothing large is copied.
/// </summary>
internal sealed class ChatRequestView : IDisposable
{
    private readonly JsonDocument _document;

    private ChatRequestView(JsonDocument document, IReadOnlyList<ChatTurn> turns, IReadOnlyList<ChatTool> tools)
    {
        _document = document;
        Turns = turns;
        Tools = tools;
    }

    /// <summary>The whole request.</summary>
    public JsonElement Root => _document.RootElement;

    /// <summary>The messages.</summary>
    public IReadOnlyList<ChatTurn> Turns { get; }

    /// <summary>The tools, those of <c>functions</c> too.</summary>
    public IReadOnlyList<ChatTool> Tools { get; }

    /// <summary>The most tokens of the answer; null where the request does not say.</summary>
    public int? MaxTokens => Root.Integer("max_completion_tokens"u8) ?? Root.Integer("max_tokens"u8);

    /// <summary>The stop sequences; none where the request has none.</summary>
    public IReadOnlyList<string> Stops => Root.Find("stop"u8) switch
    {
        { ValueKind: JsonValueKind.String } stop => [stop.GetString()!],
        { ValueKind: JsonValueKind.Array } stops => [.. stops.EnumerateArray().Where(stop => stop.ValueKind == JsonValueKind.String).Select(stop => stop.GetString()!)],
        _ => [],
    };

    /// <summary>It says who of several participants speaks, for which OpenAI's API alone has a place.</summary>
    public bool NamesSpeakers => Turns.Any(turn => turn.Role != ChatRole.Tool && turn.Message.Text("name"u8) is { Length: > 0 });

    /// <summary>Reads a request.</summary>
    /// <param name="body">Its JSON; it is not to change while the view is used.</param>
    /// <param name="error">Why it cannot be translated.</param>
    /// <returns>Null when there is an error.</returns>
    public static ChatRequestView? Read(ReadOnlyMemory<byte> body, out GatewayError? error)
    {
        var document = JsonDocument.Parse(body, RequestReader.DocumentOptions);
        var turns = new List<ChatTurn>();
        var index = 0;
        error = null;
        foreach (var message in document.RootElement.GetProperty("messages"u8).EnumerateArray())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"messages[{index++}]");
            error = ReadTurn(message, path, out var turn);
            if (error is not null)
            {
                document.Dispose();
                return null;
            }

            turns.Add(turn!);
        }

        return new ChatRequestView(document, turns, ReadTools(document.RootElement));
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    private static GatewayError? ReadTurn(JsonElement message, string path, out ChatTurn? turn)
    {
        turn = null;
        ChatRole? role = message.Text("role"u8) switch
        {
            "system" or "developer" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            "tool" or "function" => ChatRole.Tool,
            _ => null,
        };
        if (role is null)
        {
            return GatewayError.InvalidRequest($"'{path}.role' must be one of system, developer, user, assistant and tool.", $"{path}.role", "invalid_value");
        }

        if (ReadParts(message, path, out var parts) is { } error)
        {
            return error;
        }

        var calls = new List<ChatToolCall>();
        if (role == ChatRole.Assistant && ReadCalls(message, path, calls) is { } badCall)
        {
            return badCall;
        }

        turn = new ChatTurn(role.Value, parts, message, path)
        {
            ToolCalls = calls,
            ToolCallId = role == ChatRole.Tool ? message.Text("tool_call_id"u8) ?? message.Text("name"u8) ?? "" : "",
        };
        return null;
    }

    private static GatewayError? ReadParts(JsonElement message, string path, out List<ChatPart> parts)
    {
        parts = [];
        switch (message.Find("content"u8))
        {
            case null:
                break;
            case { ValueKind: JsonValueKind.String } text:
                parts.Add(new ChatPart(ChatPartKind.Text, text, $"{path}.content"));
                break;
            case { ValueKind: JsonValueKind.Array } list:
                foreach (var part in list.EnumerateArray())
                {
                    var where = string.Create(CultureInfo.InvariantCulture, $"{path}.content[{parts.Count}]");
                    if (KindOf(part) is not { } kind)
                    {
                        return GatewayError.InvalidRequest($"'{where}' must be a content part: an object with a 'type' and what belongs to it.", where, "invalid_value");
                    }

                    parts.Add(new ChatPart(kind, part, where));
                }

                break;
            default:
                return GatewayError.InvalidRequest($"'{path}.content' must be a string or an array of content parts.", $"{path}.content", "invalid_type");
        }

        // A refusal of the model's own may stand beside the content.
        if (message.Find("refusal"u8) is { ValueKind: JsonValueKind.String })
        {
            parts.Add(new ChatPart(ChatPartKind.Refusal, message, path));
        }

        return null;
    }

    private static ChatPartKind? KindOf(JsonElement part) => part.ValueKind == JsonValueKind.String ? ChatPartKind.Text : part.Text("type"u8) switch
    {
        null or "" => null,
        "text" or "input_text" or "output_text" => part.Find("text"u8) is { ValueKind: JsonValueKind.String } ? ChatPartKind.Text : null,
        "refusal" => part.Find("refusal"u8) is { ValueKind: JsonValueKind.String } ? ChatPartKind.Refusal : null,
        "image_url" => ChatPartKind.Image,
        "input_audio" => ChatPartKind.Audio,
        "file" => ChatPartKind.File,
        "video_url" => ChatPartKind.Video,
        _ => ChatPartKind.Other,
    };

    private static GatewayError? ReadCalls(JsonElement message, string path, List<ChatToolCall> calls)
    {
        if (message.Find("tool_calls"u8) is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var call in list.EnumerateArray())
            {
                if (call.Find("function"u8) is not { } function)
                {
                    // A custom tool's, which no other dialect has: left out, its answer would stand alone.
                    var where = string.Create(CultureInfo.InvariantCulture, $"{path}.tool_calls[{calls.Count}]");
                    return GatewayError.InvalidRequest($"'{where}' must be a call of a function: the provider of this model knows no other.", where, "invalid_value");
                }

                calls.Add(new ChatToolCall(call.Text("id"u8) ?? "", function.Text("name"u8) ?? "", function.Find("arguments"u8) ?? default, call));
            }
        }
        else if (message.Find("function_call"u8) is { } function)
        {
            // Of old a call had no id; the answer to it names the function.
            var name = function.Text("name"u8) ?? "";
            calls.Add(new ChatToolCall(name, name, function.Find("arguments"u8) ?? default, function));
        }

        return null;
    }

    private static List<ChatTool> ReadTools(JsonElement root)
    {
        var tools = new List<ChatTool>();
        AddTools(root, "tools", isOld: false, tools);
        AddTools(root, "functions", isOld: true, tools);
        return tools;
    }

    private static void AddTools(JsonElement root, string member, bool isOld, List<ChatTool> tools)
    {
        if (!root.TryGetProperty(member, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var index = 0;
        foreach (var tool in list.EnumerateArray())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{member}[{index++}]");
            var function = isOld ? tool : tool.Find("function"u8) ?? default;
            tools.Add(new ChatTool(function.Text("name"u8) ?? "", function, tool, path));
        }
    }
}
