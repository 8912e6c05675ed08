using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>What ends an answer: <c>stop</c> as a text, texts or token ids, and <c>stop_token_ids</c>.</summary>
internal sealed record StopMember(IReadOnlyList<string> Texts, IReadOnlyList<int> Tokens)
{
    private const int Most = 32;

    public static StopMember None { get; } = new([], []);

    /// <summary>Reads the member and adds it to what is known already.</summary>
    public static GatewayError? Read(ref Utf8JsonReader json, string name, StopMember before, out StopMember after)
    {
        after = before;
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        var texts = new List<string>();
        var tokens = new List<int>();
        GatewayError? error = null;
        if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                error ??= ReadOne(ref json, name, texts, tokens);
                json.Skip();
            }
        }
        else
        {
            error = ReadOne(ref json, name, texts, tokens);
        }

        if (error is null && texts.Count + tokens.Count is var count && count is 0 or > Most)
        {
            error = RequestFaults.Value(name, $"1 to {Most} texts or token ids", count == 0 ? "an empty array" : $"an array of {count}");
        }

        after = new StopMember([.. before.Texts, .. texts], [.. before.Tokens, .. tokens]);
        return error;
    }

    private static GatewayError? ReadOne(ref Utf8JsonReader json, string name, List<string> texts, List<int> tokens)
    {
        const string Expected = "a non-empty string, or an array of those or of token ids";
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var token) && token >= 0)
        {
            tokens.Add(token);
            return null;
        }

        if (json.TokenType != JsonTokenType.String)
        {
            return RequestFaults.Type(name, Expected, json);
        }

        if (JsonText.Read(ref json) is not { } text)
        {
            return Member.HalfCharacter(name);
        }

        texts.Add(text);
        return text.Length == 0 ? RequestFaults.Value(name, Expected, "an empty string") : null;
    }
}
