using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>Reads <c>prompt</c> and <c>input</c>: a string, strings, tokens, or arrays of tokens.</summary>
internal static class TextsReader
{
    /// <summary>Reads the value at the reader.</summary>
    public static GatewayError? Read(ref Utf8JsonReader json, string name, out List<TextOrTokens> texts)
    {
        texts = [];
        var copy = json;
        if (PromptRule.Check(ref copy, name, out _) is { } fault)
        {
            return fault;
        }

        return json.TokenType == JsonTokenType.StartArray ? ReadArray(ref json, name, texts) : AddText(ref json, name, -1, texts);
    }

    private static GatewayError? ReadArray(ref Utf8JsonReader json, string name, List<TextOrTokens> texts)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number)
        {
            AddTokens(ref json, texts);
            return null;
        }

        GatewayError? error = null;
        while (error is null && json.TokenType != JsonTokenType.EndArray)
        {
            error = AddOne(ref json, name, texts);
            json.Read();
        }

        return error;
    }

    private static GatewayError? AddOne(ref Utf8JsonReader json, string name, List<TextOrTokens> texts)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return AddText(ref json, name, texts.Count, texts);
        }

        json.Read();
        AddTokens(ref json, texts);
        return null;
    }

    private static GatewayError? AddText(ref Utf8JsonReader json, string name, int index, List<TextOrTokens> texts)
    {
        if (JsonText.Read(ref json) is not { } text)
        {
            return MemberValue.HalfCharacter(index < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]"));
        }

        texts.Add(new TextOrTokens(text, null));
        return null;
    }

    // The reader stands at the first token.
    private static void AddTokens(ref Utf8JsonReader json, List<TextOrTokens> texts)
    {
        var tokens = new List<int>();
        for (; json.TokenType != JsonTokenType.EndArray; json.Read())
        {
            tokens.Add(json.GetInt32());
        }

        texts.Add(new TextOrTokens(null, tokens));
    }
}
