using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>Reads <c>prompt</c> and <c>input</c>: a string, strings, tokens, or arrays of tokens.</summary>
internal static class TextsReader
{
    private const string Expected = "a non-empty string, an array of those, an array of token ids, or an array of such arrays";

    /// <summary>Reads the value at the reader.</summary>
    public static GatewayError? Read(ref Utf8JsonReader json, string name, out List<TextOrTokens> texts)
    {
        texts = [];
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return AddText(ref json, name, texts);
            case JsonTokenType.StartArray:
                return ReadArray(ref json, name, texts);
            default:
                return RequestFaults.Type(name, Expected, json);
        }
    }

    private static GatewayError? ReadArray(ref Utf8JsonReader json, string name, List<TextOrTokens> texts)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number)
        {
            return ReadTokens(ref json, name, texts);
        }

        GatewayError? error = null;
        for (; error is null && json.TokenType != JsonTokenType.EndArray; json.Read())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{name}[{texts.Count}]");
            error = json.TokenType switch
            {
                JsonTokenType.String => AddText(ref json, path, texts),
                JsonTokenType.StartArray => json.Read() ? ReadTokens(ref json, path, texts) : null,
                _ => RequestFaults.Type(path, Expected, json),
            };
            if (error is not null)
            {
                break;
            }
        }

        return error;
    }

    private static GatewayError? AddText(ref Utf8JsonReader json, string path, List<TextOrTokens> texts)
    {
        if (JsonText.Read(ref json) is not { } text)
        {
            return Member.HalfCharacter(path);
        }

        texts.Add(new TextOrTokens(text, null));
        return text.Length == 0 ? RequestFaults.Value(path, Expected, "an empty string") : null;
    }

    // The reader stands at the first item, or at the end of an empty array.
    private static GatewayError? ReadTokens(ref Utf8JsonReader json, string path, List<TextOrTokens> texts)
    {
        var tokens = new List<int>();
        for (; json.TokenType != JsonTokenType.EndArray; json.Read())
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out var token) || token < 0)
            {
                return RequestFaults.Type(path, Expected, json);
            }

            tokens.Add(token);
        }

        texts.Add(new TextOrTokens(null, tokens));
        return tokens.Count == 0 ? RequestFaults.Value(path, Expected, "an empty array") : null;
    }
}
