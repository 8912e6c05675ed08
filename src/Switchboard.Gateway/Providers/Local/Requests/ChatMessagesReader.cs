using System.Globalization;
using System.Text;
using System.Text.Json;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>Reads <c>messages</c> into turns of text.</summary>
internal static class ChatMessagesReader
{
    private const string ContentExpected = "a string or an array of text parts";

    /// <summary>Reads the array at the reader.</summary>
    public static GatewayError? Read(ref Utf8JsonReader json, out List<ChatTurn> turns)
    {
        turns = [];
        GatewayError? error = null;
        while (error is null && json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            error = ReadMessage(ref json, turns);
        }

        return error;
    }

    private static GatewayError? ReadMessage(ref Utf8JsonReader json, List<ChatTurn> turns)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"messages[{turns.Count}]");
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type(path, "an object", json);
        }

        string? role = null;
        string? content = null;
        var hasCalls = false;
        GatewayError? error = null;
        while (error is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Read(ref json) ?? "";
            json.Read();
            error = name switch
            {
                "role" => MemberValue.ReadText(ref json, $"{path}.role", ref role),
                "content" => ReadContent(ref json, $"{path}.content", ref content),
                _ => null,
            };
            hasCalls |= name is "tool_calls" or "function_call" or "refusal" && json.TokenType != JsonTokenType.Null;
            json.Skip();
        }

        return error ?? AddTurn(turns, path, role, content, hasCalls);
    }

    private static GatewayError? AddTurn(List<ChatTurn> turns, string path, string? role, string? content, bool hasCalls)
    {
        if (role is null)
        {
            return RequestFaults.Missing($"{path}.role", "system, developer, user, assistant or tool");
        }

        // The templates of models know four roles; these two are other names for two of them.
        var known = role switch
        {
            "developer" => "system",
            "function" => "tool",
            "system" or "user" or "assistant" or "tool" => role,
            _ => null,
        };
        if (known is null)
        {
            return RequestFaults.Value($"{path}.role", "system, developer, user, assistant or tool", $"'{RequestFaults.Shorten(role)}'");
        }

        // What an assistant said when it called a tool or refused may be nothing.
        if (content is null && !(known == "assistant" && hasCalls))
        {
            return RequestFaults.Missing($"{path}.content", ContentExpected);
        }

        turns.Add(new ChatTurn(known, content ?? ""));
        return null;
    }

    private static GatewayError? ReadContent(ref Utf8JsonReader json, string path, ref string? content)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return json.TokenType is JsonTokenType.String or JsonTokenType.Null
                ? MemberValue.ReadText(ref json, path, ref content)
                : RequestFaults.Type(path, ContentExpected, json);
        }

        var text = new StringBuilder();
        GatewayError? error = null;
        for (var i = 0; error is null && json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
        {
            error = ReadPart(ref json, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), text);
        }

        content = text.ToString();
        return error;
    }

    private static GatewayError? ReadPart(ref Utf8JsonReader json, string path, StringBuilder content)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type(path, "an object", json);
        }

        string? type = null;
        string? text = null;
        GatewayError? error = null;
        while (error is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Read(ref json) ?? "";
            json.Read();
            error = name switch
            {
                "type" => MemberValue.ReadText(ref json, $"{path}.type", ref type),
                "text" or "refusal" => MemberValue.ReadText(ref json, $"{path}.{name}", ref text),
                _ => null,
            };
            json.Skip();
        }

        if (error is not null)
        {
            return error;
        }

        if (type is not ("text" or "refusal"))
        {
            return type is null
                ? RequestFaults.Missing($"{path}.type", "'text'")
                : GatewayError.InvalidRequest($"A local model reads text only, but '{path}' is of type '{RequestFaults.Shorten(type)}'.", $"{path}.type", "unsupported_value");
        }

        content.Append(text);
        return text is null ? RequestFaults.Missing($"{path}.text", "a string") : null;
    }
}
