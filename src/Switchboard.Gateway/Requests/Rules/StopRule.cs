using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Rules;

/// <summary>What ends an answer, <c>stop</c> and <c>stop_token_ids</c>: one text, or a list of texts or token ids.</summary>
internal static class StopRule
{
    private const int Most = 32;
    private const string Expected = "a non-empty string, or an array of those or of token ids";

    /// <summary>Checks the value at the reader.</summary>
    public static GatewayError? Check(ref Utf8JsonReader json, string name)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return json.TokenType == JsonTokenType.Null ? null : CheckOne(ref json, name);
        }

        var count = 0;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
        {
            if (CheckOne(ref json, name) is { } fault)
            {
                return fault;
            }
        }

        return count switch
        {
            0 => RequestFaults.Value(name, $"1 to {Most} texts or token ids", "an empty array"),
            > Most => RequestFaults.Value(name, $"1 to {Most} texts or token ids", $"an array of {count}"),
            _ => null,
        };
    }

    private static GatewayError? CheckOne(ref Utf8JsonReader json, string name) => json.TokenType switch
    {
        JsonTokenType.Number when json.TryGetInt32(out var token) && token >= 0 => null,
        JsonTokenType.String => json.ValueSpan.IsEmpty ? RequestFaults.Value(name, Expected, "an empty string") : null,
        _ => RequestFaults.Type(name, Expected, json),
    };
}
