using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary>
/// Reads the value of one member, checks its type and range, and says what is wrong with the member's name. Null
/// counts as left out everywhere, as at OpenAI.
/// </summary>
internal static class MemberValue
{
    /// <summary>A whole number of any size.</summary>
    public static GatewayError? ReadInteger(ref Utf8JsonReader json, string name, ref long? value)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.Number)
        {
            return RequestFaults.Type(name, "an integer", json);
        }

        if (!TryGetWhole(ref json, out var number))
        {
            return RequestFaults.Value(name, "an integer", RequestFaults.Describe(json));
        }

        value = number;
        return null;
    }

    /// <summary>True or false.</summary>
    public static GatewayError? ReadBoolean(ref Utf8JsonReader json, string name, ref bool value)
    {
        if (json.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            value = json.TokenType == JsonTokenType.True;
            return null;
        }

        return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type(name, "a boolean", json);
    }

    /// <summary>A string.</summary>
    public static GatewayError? ReadText(ref Utf8JsonReader json, string name, ref string? value)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.String)
        {
            return RequestFaults.Type(name, "a string", json);
        }

        value = JsonText.Read(ref json);
        return value is null ? HalfCharacter(name) : null;
    }

    /// <summary>A string that says something, where one is given; it is not kept.</summary>
    public static GatewayError? CheckNonBlank(ref Utf8JsonReader json, string name)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.String)
        {
            return RequestFaults.Type(name, "a non-blank string", json);
        }

        // Only what begins with a blank or an escape has to be read whole.
        var first = json.ValueSpan.IsEmpty ? (byte)' ' : json.ValueSpan[0];
        return first is > (byte)' ' and < 0x80 and not (byte)'\\' || !string.IsNullOrWhiteSpace(JsonText.Read(ref json) ?? "?")
            ? null
            : RequestFaults.Value(name, "a non-blank string", json.ValueSpan.IsEmpty ? "an empty string" : "a blank string");
    }

    /// <summary>A string that was escaped to half a character.</summary>
    public static GatewayError HalfCharacter(string name) =>
        RequestFaults.Value(name, "a string", "a string with half a character (a lone surrogate)");

    // 16.0 and 1e2 are whole numbers too.
    private static bool TryGetWhole(ref Utf8JsonReader json, out long value)
    {
        if (json.TryGetInt64(out value))
        {
            return true;
        }

        if (json.TryGetDouble(out var number) && double.IsInteger(number) && Math.Abs(number) < 1e15)
        {
            value = (long)number;
            return true;
        }

        return false;
    }
}
