using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Surfaces;

/// <summary>Reads <c>usage</c> of a chat completion, as OpenAI has it and as others add to it.</summary>
internal static class ChatUsageReader
{
    /// <summary>Reads the object at the reader; null where there is none.</summary>
    public static TokenUsage? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        var usage = default(TokenUsage);
        var total = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("total_tokens"u8))
            {
                total = Count(ref json);
            }
            else
            {
                usage = ReadMember(ref json, usage);
            }
        }

        return Settle(usage, total);
    }

    // xAI counts what was thought beside the answer, and at times what was read from a cache beside the prompt.
    private static TokenUsage Settle(in TokenUsage usage, int total) => usage with
    {
        Completion = usage.Reasoning > 0 && total == usage.Prompt + usage.Completion + usage.Reasoning ? usage.Completion + usage.Reasoning : usage.Completion,
        Prompt = usage.Cached > usage.Prompt ? usage.Prompt + usage.Cached : usage.Prompt,
    };

    private static TokenUsage ReadMember(ref Utf8JsonReader json, in TokenUsage usage)
    {
        if (json.ValueTextEquals("prompt_tokens"u8))
        {
            return usage with { Prompt = Count(ref json) };
        }

        if (json.ValueTextEquals("completion_tokens"u8))
        {
            return usage with { Completion = Count(ref json) };
        }

        // DeepSeek's and Moonshot's words for the same.
        if (json.ValueTextEquals("prompt_cache_hit_tokens"u8) || json.ValueTextEquals("cached_tokens"u8))
        {
            return usage with { Cached = Count(ref json) };
        }

        var isPrompt = json.ValueTextEquals("prompt_tokens_details"u8);
        var isCompletion = json.ValueTextEquals("completion_tokens_details"u8);
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject && (isPrompt || isCompletion))
        {
            return isPrompt ? ReadPrompt(ref json, usage) : ReadCompletion(ref json, usage);
        }

        json.Skip();
        return usage;
    }

    private static TokenUsage ReadPrompt(ref Utf8JsonReader json, TokenUsage usage)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            usage = json.ValueTextEquals("cached_tokens"u8) ? usage with { Cached = Count(ref json) }
                : json.ValueTextEquals("cache_creation_tokens"u8) || json.ValueTextEquals("cache_write_tokens"u8) ? usage with { CacheWritten = Count(ref json) }
                : json.ValueTextEquals("audio_tokens"u8) ? usage with { PromptAudio = Count(ref json) }
                : Pass(ref json, usage);
        }

        return usage;
    }

    private static TokenUsage ReadCompletion(ref Utf8JsonReader json, TokenUsage usage)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            usage = json.ValueTextEquals("reasoning_tokens"u8) ? usage with { Reasoning = Count(ref json) }
                : json.ValueTextEquals("audio_tokens"u8) ? usage with { CompletionAudio = Count(ref json) }
                : Pass(ref json, usage);
        }

        return usage;
    }

    private static TokenUsage Pass(ref Utf8JsonReader json, in TokenUsage usage)
    {
        json.Skip();
        return usage;
    }

    private static int Count(ref Utf8JsonReader json)
    {
        json.Read();
        var count = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var value) && value >= 0 ? value : 0;
        json.Skip();
        return count;
    }
}
