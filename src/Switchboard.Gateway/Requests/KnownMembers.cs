using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>The top-level members that the specification (OpenAI API 2.3.0) gives the request of each operation.</summary>
internal static class KnownMembers
{
    private static readonly string[] s_chatCompletions =
    [
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens",
        "max_tokens", "messages", "metadata", "modalities", "model", "moderation", "n", "parallel_tool_calls",
        "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention",
        "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
        "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity",
        "web_search_options",
    ];

    private static readonly string[] s_completions =
    [
        "best_of", "echo", "frequency_penalty", "logit_bias", "logprobs", "max_tokens", "model", "n",
        "presence_penalty", "prompt", "seed", "stop", "stream", "stream_options", "suffix", "temperature", "top_p",
        "user",
    ];

    private static readonly string[] s_embeddings = ["dimensions", "encoding_format", "input", "model", "user"];

    /// <summary>The members of an operation's request.</summary>
    public static IReadOnlyList<string> Of(ApiOperation operation) => operation switch
    {
        ApiOperation.ChatCompletions => s_chatCompletions,
        ApiOperation.Completions => s_completions,
        _ => s_embeddings,
    };

    /// <summary>True when the name at the reader is one of them; no string is made for it.</summary>
    public static bool Contains(ApiOperation operation, ref Utf8JsonReader json)
    {
        foreach (var member in Of(operation))
        {
            if (json.ValueTextEquals(member))
            {
                return true;
            }
        }

        return false;
    }
}
