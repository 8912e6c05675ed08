using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Accounting;

/// <summary>What a call costs at its provider's prices: exact in decimals, rounded once to whole nano-dollars (10^-9 US dollars), whose sums are exact again.</summary>
public static class CallCost
{
    /// <summary>Nano-dollars to a dollar.</summary>
    public const long NanoDollars = 1_000_000_000;

    // Prices are of a million tokens.
    private const decimal NanoPerToken = NanoDollars / 1_000_000m;

    /// <summary>The cost in nano-dollars; null where a price is not known of something that was used.</summary>
    /// <param name="usage">The tokens.</param>
    /// <param name="units">What is not sold by tokens.</param>
    /// <param name="prices">The prices; null where none is known.</param>
    public static long? Of(in TokenUsage usage, in CallUnits units, ModelPrices? prices)
    {
        if (prices is null)
        {
            return null;
        }

        if (prices.LongPrompt is { } longPrompt && usage.Prompt > longPrompt.Above)
        {
            prices = longPrompt.Prices.Over(prices);
        }

        var sum = OfPrompt(usage, prices) + OfAnswer(usage, prices) + (units == default ? 0 : OfUnits(units, prices, isSoldByTokens: usage.Prompt + usage.Completion > 0));
        return sum is { } cost ? (long)decimal.Round(cost, MidpointRounding.ToEven) : null;
    }

    // Parts that are told to be more than the whole are taken at their word, from the cheapest on.
    private static decimal? OfPrompt(in TokenUsage usage, ModelPrices prices)
    {
        var left = usage.Prompt;
        var cached = Part(usage.Cached, ref left);
        var written = Part(usage.CacheWritten, ref left);
        var audio = Part(usage.PromptAudio, ref left);
        var images = Part(usage.PromptImage, ref left);
        return Tokens(cached, prices.CachedInput ?? prices.Input)
            + Tokens(written, prices.CacheWrite ?? prices.Input)
            + Tokens(audio, prices.AudioInput ?? prices.Input)
            + Tokens(images, prices.ImageInput ?? prices.Input)
            + Tokens(left, prices.Input);
    }

    private static decimal? OfAnswer(in TokenUsage usage, ModelPrices prices)
    {
        var left = usage.Completion;
        var audio = Part(usage.CompletionAudio, ref left);
        var images = Part(usage.CompletionImage, ref left);
        return Tokens(audio, prices.AudioOutput ?? prices.Output)
            + Tokens(images, prices.ImageOutput ?? prices.Output)
            + Tokens(left, prices.Output);
    }

    private static decimal? OfUnits(in CallUnits units, ModelPrices prices, bool isSoldByTokens)
    {
        return Amount(units.Images, prices.PerImage) + Amount(units.Seconds / 60, prices.PerMinute)
            + Amount(units.Characters / 1_000_000m, prices.PerMillionCharacters) + Amount(units.Searches / 1_000m, prices.PerThousandSearches);

        decimal? Amount(decimal count, decimal? price) => count == 0 || (price is null && isSoldByTokens) ? 0 : count * price * NanoDollars;
    }

    private static int Part(int tokens, ref int left)
    {
        var part = Math.Clamp(tokens, 0, left);
        left -= part;
        return part;
    }

    private static decimal? Tokens(int count, decimal? price) => count == 0 ? 0 : count * price * NanoPerToken;
}
