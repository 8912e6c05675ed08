using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>
/// <c>tools</c> and <c>tool_choice</c>. Local models call no tools: where a call is one possibility, the answer is
/// text; where it is demanded, the request is refused.
/// </summary>
internal sealed class ToolMembers
{
    private const int MostTools = 1536;
    private const int LongestName = 128;

    private static readonly SearchValues<char> s_nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private bool _hasTools;
    private string? _demand;

    /// <summary>Reads <c>tools</c>, checking names and parameters.</summary>
    public GatewayError? ReadTools(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type("tools", "an array", json);
        }

        GatewayError? error = null;
        var count = 0;
        for (; error is null && json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
        {
            error = ReadTool(ref json, string.Create(CultureInfo.InvariantCulture, $"tools[{count}]"));
        }

        _hasTools = count > 0;
        return error is null && count > MostTools ? RequestFaults.Value("tools", $"at most {MostTools} tools", $"an array of {count}") : error;
    }

    /// <summary>Reads <c>tool_choice</c> or the older <c>function_call</c>.</summary>
    public GatewayError? ReadChoice(ref Utf8JsonReader json, string name)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.StartObject:
                _demand = name;
                return null;
            case JsonTokenType.String when json.ValueTextEquals("required"u8):
                _demand = name;
                return null;
            case JsonTokenType.String when json.ValueTextEquals("none"u8) || json.ValueTextEquals("auto"u8):
                return null;
            case JsonTokenType.String:
                return RequestFaults.Value(name, "'none', 'auto', 'required' or an object", $"'{RequestFaults.Shorten(JsonText.Read(ref json) ?? "")}'");
            default:
                return RequestFaults.Type(name, "'none', 'auto', 'required' or an object", json);
        }
    }

    /// <summary>Rules that look at both.</summary>
    public GatewayError? CheckWhole() => _demand switch
    {
        null => null,
        "tool_choice" when !_hasTools => GatewayError.InvalidRequest("'tool_choice' is only allowed when 'tools' is given.", "tool_choice", "invalid_value"),
        _ => GatewayError.InvalidRequest($"A local model cannot call tools, and '{_demand}' demands it. Use 'auto', or another provider's model.", _demand, "unsupported_value"),
    };

    private static GatewayError? ReadTool(ref Utf8JsonReader json, string path)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type(path, "an object", json);
        }

        GatewayError? error = null;
        while (error is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isFunction = json.ValueTextEquals("function"u8);
            json.Read();
            error = isFunction ? ReadFunction(ref json, $"{path}.function") : null;
            json.Skip();
        }

        return error;
    }

    private static GatewayError? ReadFunction(ref Utf8JsonReader json, string path)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type(path, "an object", json);
        }

        string? function = null;
        GatewayError? error = null;
        while (error is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Read(ref json) ?? "";
            json.Read();
            error = name switch
            {
                "name" => Member.ReadText(ref json, $"{path}.name", ref function),
                "parameters" when json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null) => RequestFaults.Type($"{path}.parameters", "an object", json),
                _ => null,
            };
            json.Skip();
        }

        return error ?? CheckName($"{path}.name", function);
    }

    private static GatewayError? CheckName(string path, string? name)
    {
        var expected = $"1 to {LongestName} of the characters A-Z, a-z, 0-9, '_' and '-'";
        return name is null ? RequestFaults.Missing(path, expected)
            : name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(s_nameCharacters) ? RequestFaults.Value(path, expected, $"'{RequestFaults.Shorten(name)}'")
            : null;
    }
}
