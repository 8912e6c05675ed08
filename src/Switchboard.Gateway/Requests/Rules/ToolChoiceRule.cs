using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary>What a request demands of its tools.</summary>
internal enum ToolDemand
{
    /// <summary>Nothing: a tool may be called or not.</summary>
    None,

    /// <summary>That some tool is called.</summary>
    Any,

    /// <summary>That one tool, or one of some, is called.</summary>
    Named,
}

/// <summary><c>tool_choice</c>, and <c>function_call</c> before it: a word or an object.</summary>
internal static class ToolChoiceRule
{
    private const string Expected = "'none', 'auto', 'required' or an object";

    /// <summary>Checks the value at the reader.</summary>
    public static GatewayError? Check(ref Utf8JsonReader json, string name, out ToolDemand demand)
    {
        demand = json.TokenType == JsonTokenType.StartObject ? ToolDemand.Named : ToolDemand.None;
        switch (json.TokenType)
        {
            case JsonTokenType.Null or JsonTokenType.StartObject:
                return null;
            case JsonTokenType.String when json.ValueTextEquals("required"u8):
                demand = ToolDemand.Any;
                return null;
            case JsonTokenType.String when json.ValueTextEquals("none"u8) || json.ValueTextEquals("auto"u8):
                return null;
            case JsonTokenType.String:
                return RequestFaults.Value(name, Expected, $"'{RequestFaults.Shorten(JsonText.Read(ref json) ?? "")}'");
            default:
                return RequestFaults.Type(name, Expected, json);
        }
    }

    /// <summary>Whether the function that a choice names is among the tools; a choice that names none is the provider's to judge.</summary>
    /// <param name="choice">The JSON of <c>tool_choice</c>.</param>
    /// <param name="tools">The JSON of <c>tools</c>; nothing where there are none.</param>
    /// <param name="name">The name that is missing.</param>
    public static bool Finds(ReadOnlySpan<byte> choice, ReadOnlySpan<byte> tools, out string name)
    {
        name = "";
        Span<byte> room = choice.Length <= 1024 ? stackalloc byte[choice.Length] : new byte[choice.Length];
        var json = new Utf8JsonReader(choice);
        json.Read();
        var length = NameIn(ref json, room);
        if (length <= 0)
        {
            return true;
        }

        if (HasFunction(tools, room[..length]))
        {
            return true;
        }

        name = System.Text.Encoding.UTF8.GetString(room[..length]);
        return false;
    }

    // {"type":"function","function":{"name":…}} in chat, {"type":"function","name":…} in responses.
    private static int NameIn(ref Utf8JsonReader json, scoped Span<byte> room)
    {
        var length = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isName = json.ValueTextEquals("name"u8);
            var isFunction = json.ValueTextEquals("function"u8);
            json.Read();
            if (isName && json.TokenType == JsonTokenType.String)
            {
                length = JsonText.Copy(ref json, room);
            }
            else if (isFunction && json.TokenType == JsonTokenType.StartObject)
            {
                length = NameIn(ref json, room);
            }

            json.Skip();
        }

        return length;
    }

    private static bool HasFunction(ReadOnlySpan<byte> tools, scoped ReadOnlySpan<byte> name)
    {
        if (tools.IsEmpty)
        {
            return false;
        }

        var json = new Utf8JsonReader(tools, new JsonReaderOptions { MaxDepth = RequestReader.MaxDepth });
        var isFound = false;
        json.Read();
        while (!isFound && json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            isFound = json.TokenType == JsonTokenType.StartObject && IsNamed(ref json, name);
            json.Skip();
        }

        return isFound;
    }

    private static bool IsNamed(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name)
    {
        var isNamed = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isName = json.ValueTextEquals("name"u8);
            var isFunction = json.ValueTextEquals("function"u8);
            json.Read();
            isNamed |= isName && json.TokenType == JsonTokenType.String ? json.ValueTextEquals(name)
                : isFunction && json.TokenType == JsonTokenType.StartObject && IsNamed(ref json, name);
            json.Skip();
        }

        return isNamed;
    }
}
