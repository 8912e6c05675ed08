using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary>
/// <c>tools</c>: how many, and the names and parameters of functions. Chat nests them in <c>function</c>, responses
/// have them in the tool itself; tools of other types are the provider's.
/// </summary>
internal static class ToolsRule
{
    private const int Most = 1536;
    private const int LongestName = 128;
    private const string NameExpected = "1 to 128 of the characters A-Z, a-z, 0-9, '_' and '-'";

    /// <summary>Checks the value at the reader.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="isNested">Functions are nested, as in chat.</param>
    /// <param name="count">How many tools there are.</param>
    public static GatewayError? Check(ref Utf8JsonReader json, bool isNested, out int count)
    {
        count = 0;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type("tools", "an array", json);
        }

        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
        {
            if ((isNested ? CheckNested(ref json, count) : CheckFunction(ref json, count, "")) is { } fault)
            {
                return fault;
            }
        }

        return count > Most ? RequestFaults.Value("tools", $"at most {Most} tools", $"an array of {count}") : null;
    }

    private static GatewayError? CheckNested(ref Utf8JsonReader json, int index)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type(Path(index, ""), "an object", json);
        }

        GatewayError? fault = null;
        while (fault is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isFunction = json.ValueTextEquals("function"u8);
            json.Read();
            fault = isFunction ? CheckFunction(ref json, index, ".function") : null;
            json.Skip();
        }

        return fault;
    }

    private static GatewayError? CheckFunction(ref Utf8JsonReader json, int index, string place)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return RequestFaults.Type(Path(index, place), "an object", json);
        }

        // In chat whatever is called a function is one; in responses the type says it.
        var isFunction = place.Length > 0;
        var hasName = false;
        GatewayError? fault = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("name"u8))
            {
                json.Read();
                hasName = json.TokenType != JsonTokenType.Null;
                fault ??= CheckName(ref json, index, place);
            }
            else if (json.ValueTextEquals("parameters"u8))
            {
                json.Read();
                fault ??= json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null ? null : RequestFaults.Type(Path(index, place + ".parameters"), "an object", json);
            }
            else
            {
                var isType = json.ValueTextEquals("type"u8);
                json.Read();
                isFunction |= isType && json.TokenType == JsonTokenType.String && json.ValueTextEquals("function"u8);
            }

            json.Skip();
        }

        return !isFunction ? null : fault ?? (hasName ? null : RequestFaults.Missing(Path(index, place + ".name"), NameExpected));
    }

    private static GatewayError? CheckName(ref Utf8JsonReader json, int index, string place)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type(Path(index, place + ".name"), NameExpected, json);
        }

        return IsName(ref json)
            ? null
            : RequestFaults.Value(Path(index, place + ".name"), NameExpected, $"'{RequestFaults.Shorten(JsonText.Read(ref json) ?? "")}'");
    }

    private static bool IsName(ref Utf8JsonReader json)
    {
        // Escaped it is six times as long at most.
        if (json.ValueSpan.Length is 0 or > LongestName * 6)
        {
            return false;
        }

        Span<byte> name = stackalloc byte[LongestName * 6];
        if (JsonText.Copy(ref json, name) is not (> 0 and <= LongestName and var length))
        {
            return false;
        }

        foreach (var letter in name[..length])
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'_' or (byte)'-'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Path(int index, string place) => string.Create(CultureInfo.InvariantCulture, $"tools[{index}]{place}");
}
