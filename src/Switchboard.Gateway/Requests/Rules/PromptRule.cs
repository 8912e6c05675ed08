using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary><c>prompt</c> of text completions and <c>input</c> of embeddings: a string, strings, tokens, or arrays of tokens; none of them empty.</summary>
internal static class PromptRule
{
    private const string Expected = "a non-empty string, an array of those, an array of token ids, or an array of such arrays";

    /// <summary>Checks the value at the reader.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="count">How many prompts there are.</param>
    public static GatewayError? Check(ref Utf8JsonReader json, string name, out int count)
    {
        count = 1;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return CheckText(ref json, name, -1);
        }

        json.Read();
        if (json.TokenType is JsonTokenType.Number or JsonTokenType.EndArray)
        {
            return CheckTokens(ref json, name, -1);
        }

        for (count = 0; json.TokenType != JsonTokenType.EndArray; count++)
        {
            if (CheckOne(ref json, name, count) is { } fault)
            {
                return fault;
            }

            json.Read();
        }

        return null;
    }

    private static GatewayError? CheckOne(ref Utf8JsonReader json, string name, int index)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return CheckText(ref json, name, index);
        }

        json.Read();
        return CheckTokens(ref json, name, index);
    }

    private static GatewayError? CheckText(ref Utf8JsonReader json, string name, int index) =>
        json.TokenType != JsonTokenType.String ? RequestFaults.Type(Path(name, index), Expected, json)
            : json.ValueSpan.IsEmpty ? RequestFaults.Value(Path(name, index), Expected, "an empty string")
            : null;

    // The reader stands at the first item, or at the end of an empty array.
    private static GatewayError? CheckTokens(ref Utf8JsonReader json, string name, int index)
    {
        if (json.TokenType == JsonTokenType.EndArray)
        {
            return RequestFaults.Value(Path(name, index), Expected, "an empty array");
        }

        for (; json.TokenType != JsonTokenType.EndArray; json.Read())
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out var token) || token < 0)
            {
                return RequestFaults.Type(Path(name, index), Expected, json);
            }
        }

        return null;
    }

    private static string Path(string name, int index) => index < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]");
}
