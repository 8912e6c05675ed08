using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary><c>messages</c>: objects; the arguments of the tools that an assistant called are a JSON object as text, or nothing.</summary>
internal static class MessagesRule
{
    private const string ArgumentsExpected = "a JSON object as a string, or an empty string";

    /// <summary>Checks the value at the reader, an array.</summary>
    public static GatewayError? Check(ref Utf8JsonReader json)
    {
        GatewayError? fault = null;
        for (var i = 0; fault is null && json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
        {
            fault = json.TokenType == JsonTokenType.StartObject
                ? CheckMessage(ref json, i)
                : RequestFaults.Type(string.Create(CultureInfo.InvariantCulture, $"messages[{i}]"), "an object", json);
        }

        return fault;
    }

    private static GatewayError? CheckMessage(ref Utf8JsonReader json, int index)
    {
        GatewayError? fault = null;
        while (fault is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isCalls = json.ValueTextEquals("tool_calls"u8);
            json.Read();
            if (isCalls && json.TokenType == JsonTokenType.StartArray)
            {
                fault = CheckCalls(ref json, index);
            }
            else
            {
                json.Skip();
            }
        }

        return fault;
    }

    private static GatewayError? CheckCalls(ref Utf8JsonReader json, int index)
    {
        for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
        {
            if (json.TokenType == JsonTokenType.StartObject && !IsSound(ref json, isFunction: false))
            {
                return RequestFaults.Value(
                    string.Create(CultureInfo.InvariantCulture, $"messages[{index}].tool_calls[{i}].function.arguments"), ArgumentsExpected, "something else");
            }

            json.Skip();
        }

        return null;
    }

    // Reads a call, and in it the function.
    private static bool IsSound(ref Utf8JsonReader json, bool isFunction)
    {
        var isSound = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isDeeper = !isFunction && json.ValueTextEquals("function"u8);
            var isArguments = isFunction && json.ValueTextEquals("arguments"u8);
            json.Read();
            if (isDeeper && json.TokenType == JsonTokenType.StartObject)
            {
                isSound &= IsSound(ref json, isFunction: true);
            }

            isSound &= !isArguments || IsObject(ref json);
            json.Skip();
        }

        return isSound;
    }

    private static bool IsObject(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            return json.TokenType == JsonTokenType.Null;
        }

        if (json.ValueSpan.IsEmpty)
        {
            return true;
        }

        var room = ArrayPool<byte>.Shared.Rent(json.ValueSpan.Length);
        try
        {
            var length = JsonText.Copy(ref json, room);
            return length == 0 || (length > 0 && IsObject(room.AsSpan(0, length)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    private static bool IsObject(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = RequestReader.MaxDepth });
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            json.Skip();
            return !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
