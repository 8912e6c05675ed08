using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>What ends an answer: <c>stop</c> as a text, texts or token ids, and <c>stop_token_ids</c>.</summary>
internal sealed record StopMember(IReadOnlyList<string> Texts, IReadOnlyList<int> Tokens)
{
    public static StopMember None { get; } = new([], []);

    /// <summary>Reads the member and adds it to what is known already.</summary>
    public static GatewayError? Read(ref Utf8JsonReader json, string name, StopMember before, out StopMember after)
    {
        after = before;
        var copy = json;
        if (StopRule.Check(ref copy, name) is { } fault)
        {
            return fault;
        }

        var texts = new List<string>(before.Texts);
        var tokens = new List<int>(before.Tokens);
        GatewayError? error = null;
        if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                error ??= ReadOne(ref json, name, texts, tokens);
            }
        }
        else
        {
            error = ReadOne(ref json, name, texts, tokens);
        }

        after = new StopMember(texts, tokens);
        return error;
    }

    private static GatewayError? ReadOne(ref Utf8JsonReader json, string name, List<string> texts, List<int> tokens)
    {
        if (json.TokenType == JsonTokenType.Number)
        {
            tokens.Add(json.GetInt32());
        }
        else if (json.TokenType == JsonTokenType.String)
        {
            if (JsonText.Read(ref json) is not { } text)
            {
                return MemberValue.HalfCharacter(name);
            }

            texts.Add(text);
        }

        return null;
    }
}
