using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>The tokens as Bedrock counts them: those of a cache stand beside <c>inputTokens</c>, where OpenAI has them among the prompt's.</summary>
internal static class BedrockUsage
{
    /// <summary>Reads <c>usage</c>.</summary>
    public static TokenUsage Read(JsonElement usage)
    {
        var read = usage.Integer("cacheReadInputTokens"u8) ?? 0;
        var written = usage.Integer("cacheWriteInputTokens"u8) ?? 0;
        return new TokenUsage
        {
            Prompt = (usage.Integer("inputTokens"u8) ?? 0) + read + written,
            Completion = usage.Integer("outputTokens"u8) ?? 0,
            Cached = read,
            CacheWritten = written,
        };
    }
}
