using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>The tokens of an answer: those that the model saw, and where these are not told those that are billed.</summary>
internal static class CohereUsage
{
    /// <summary>Reads <c>usage</c>.</summary>
    public static TokenUsage Read(JsonElement usage)
    {
        var tokens = usage.Find("tokens"u8) ?? usage.Find("billed_units"u8) ?? default;
        return new TokenUsage
        {
            Prompt = Count(tokens, "input_tokens"u8),
            Completion = Count(tokens, "output_tokens"u8),
            Cached = Count(usage, "cached_tokens"u8),
            Reasoning = Count(tokens, "reasoning_tokens"u8),
        };
    }

    /// <summary>A count. Some are written with a fraction that is zero.</summary>
    public static int Count(JsonElement counts, ReadOnlySpan<byte> name) =>
        counts.Find(name) is { ValueKind: JsonValueKind.Number } count && count.TryGetDouble(out var number) && number is >= 0 and <= int.MaxValue ? (int)number : 0;
}
