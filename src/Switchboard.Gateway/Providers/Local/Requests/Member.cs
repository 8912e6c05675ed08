using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>
/// Reads the value of one member, checks its type and range, and says what is wrong with the member's name. Null
/// counts as left out everywhere, as at OpenAI.
/// </summary>
internal static class Member
{
    /// <summary>A number within a range.</summary>
    public static GatewayError? ReadNumber(ref Utf8JsonReader json, string name, double least, double most, ref float? value)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        var expected = string.Create(CultureInfo.InvariantCulture, $"a number between {least} and {most}");
        if (json.TokenType != JsonTokenType.Number)
        {
            return RequestFaults.Type(name, expected, json);
        }

        if (!json.TryGetDouble(out var number) || !(number >= least && number <= most))
        {
            return RequestFaults.Value(name, expected, RequestFaults.Describe(json));
        }

        value = (float)number;
        return null;
    }

    /// <summary>A whole number within a range.</summary>
    public static GatewayError? ReadInteger(ref Utf8JsonReader json, string name, long least, long most, ref long? value)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        var expected = (least, most) == (long.MinValue, long.MaxValue)
            ? "an integer"
            : string.Create(CultureInfo.InvariantCulture, $"an integer between {least} and {most}");
        if (json.TokenType != JsonTokenType.Number)
        {
            return RequestFaults.Type(name, expected, json);
        }

        if (!TryGetWhole(ref json, out var number) || number < least || number > most)
        {
            return RequestFaults.Value(name, expected, RequestFaults.Describe(json));
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
