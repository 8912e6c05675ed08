using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Requests.Parameters;

/// <summary>The members that Dynamo's front end takes beyond the specification, and what it cannot do of it.</summary>
internal static class DynamoExtensions
{
    // Those whose types nobody checks here.
    private static readonly string[] s_known =
    [
        "nvext", "chat_template_kwargs", "top_k", "min_p", "repetition_penalty", "min_tokens", "ignore_eos", "skip_special_tokens",
        "include_stop_str_in_output", "prompt_embeds", "guided_json", "guided_regex", "guided_grammar", "guided_choice",
        "guided_decoding_backend", "guided_whitespace_pattern", "structured_outputs",
    ];

    private static readonly string[] s_unsupportedInChat = ["function_call", "functions"];
    private static readonly string[] s_unsupportedInResponses = ["background", "previous_response_id", "prompt", "max_tool_calls"];

    /// <summary>Those whose types are checked.</summary>
    public static ParameterRow[] Rows { get; } =
    [
        new("chat_template_args", CheckTemplateArgs) { IsDynamos = true },
        new("cache_salt", (ref json, ref _) => CheckType(ref json, "cache_salt", "a string", JsonTokenType.String)) { IsDynamos = true },
        new("detokenize", CheckDetokenize) { IsDynamos = true },
        new("stop_token_ids", (ref json, ref _) => CheckTokens(ref json, "stop_token_ids", depth: 1)) { IsDynamos = true },
        new("allowed_token_ids", (ref json, ref _) => CheckTokens(ref json, "allowed_token_ids", depth: 1)) { IsDynamos = true },
        new("logprob_token_ids", (ref json, ref _) => CheckTokens(ref json, "logprob_token_ids", depth: 1)) { IsDynamos = true },
        new("bad_words_token_ids", (ref json, ref _) => CheckTokens(ref json, "bad_words_token_ids", depth: 2)) { IsDynamos = true },
    ];

    /// <summary>Whether the member whose name is at the reader is one of them.</summary>
    public static bool Knows(ref Utf8JsonReader json)
    {
        foreach (var name in s_known)
        {
            if (json.ValueTextEquals(name))
            {
                return true;
            }
        }

        foreach (var row in Rows)
        {
            if (json.ValueTextEquals(row.Utf8Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The members of an operation that no such server can honour.</summary>
    public static IReadOnlyList<string> UnsupportedBy(ApiOperation operation) => operation switch
    {
        ApiOperation.ChatCompletions => s_unsupportedInChat,
        ApiOperation.Responses => s_unsupportedInResponses,
        _ => [],
    };

    private static GatewayError? CheckTemplateArgs(ref Utf8JsonReader json, ref ParameterValues values)
    {
        const string Name = "chat_template_args";
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return CheckType(ref json, Name, "an object", JsonTokenType.StartObject);
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("chat_template"u8))
            {
                return RequestFaults.Value(Name, "an object without 'chat_template'", "one with it");
            }

            json.Read();
            json.Skip();
        }

        return null;
    }

    private static GatewayError? CheckDetokenize(ref Utf8JsonReader json, ref ParameterValues values)
    {
        var ignored = false;
        return MemberValue.ReadBoolean(ref json, "detokenize", ref ignored);
    }

    private static GatewayError? CheckTokens(ref Utf8JsonReader json, string name, int depth)
    {
        var expected = depth == 1 ? "an array of token ids" : "an array of arrays of token ids";
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type(name, expected, json);
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var isRight = depth == 1
                ? json.TokenType == JsonTokenType.Number && json.TryGetInt64(out _)
                : json.TokenType == JsonTokenType.StartArray && CheckTokens(ref json, name, depth - 1) is null;
            if (!isRight)
            {
                return RequestFaults.Type(name, expected, json);
            }
        }

        return null;
    }

    private static GatewayError? CheckType(ref Utf8JsonReader json, string name, string expected, JsonTokenType type) =>
        json.TokenType == type || json.TokenType == JsonTokenType.Null ? null : RequestFaults.Type(name, expected, json);
}
