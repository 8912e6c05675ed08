namespace Switchboard.Gateway.ModelData;

/// <summary>List prices in US dollars: of a million tokens where the name says nothing else. Null where a price is not known or does not exist.</summary>
public sealed record ModelPrices
{
    /// <summary>Tokens of the prompt (<c>input</c>).</summary>
    public decimal? Input { get; init; }

    /// <summary>Tokens of the prompt that the seller had in its cache (<c>cached_input</c>).</summary>
    public decimal? CachedInput { get; init; }

    /// <summary>Tokens of the prompt that were put into the seller's cache (<c>cache_write</c>), for its shortest time.</summary>
    public decimal? CacheWrite { get; init; }

    /// <summary>Tokens of the answer, those of its thinking too (<c>output</c>).</summary>
    public decimal? Output { get; init; }

    /// <summary>Tokens of sound in the prompt (<c>audio_input</c>).</summary>
    public decimal? AudioInput { get; init; }

    /// <summary>Tokens of sound in the answer (<c>audio_output</c>).</summary>
    public decimal? AudioOutput { get; init; }

    /// <summary>Tokens of pictures in the prompt (<c>image_input</c>).</summary>
    public decimal? ImageInput { get; init; }

    /// <summary>Tokens of pictures in the answer (<c>image_output</c>).</summary>
    public decimal? ImageOutput { get; init; }

    /// <summary>One picture made (<c>per_image</c>).</summary>
    public decimal? PerImage { get; init; }

    /// <summary>One minute of sound (<c>per_minute</c>).</summary>
    public decimal? PerMinute { get; init; }

    /// <summary>A million characters read out (<c>per_million_characters</c>).</summary>
    public decimal? PerMillionCharacters { get; init; }

    /// <summary>A thousand searches (<c>per_thousand_searches</c>).</summary>
    public decimal? PerThousandSearches { get; init; }

    /// <summary>What a request with a long prompt costs instead (<c>long_prompt</c>).</summary>
    public LongPromptPrices? LongPrompt { get; init; }

    /// <summary>The prices that are known, by the names that files and answers have for them; without <see cref="LongPrompt"/>.</summary>
    public IEnumerable<(string Name, decimal Price)> Known
    {
        get
        {
            foreach (var member in PriceMember.All)
            {
                if (member.Get(this) is { } price)
                {
                    yield return (member.Name, price);
                }
            }
        }
    }

    /// <summary>These, and where they are silent the others.</summary>
    public ModelPrices Over(ModelPrices? others)
    {
        if (others is null)
        {
            return this;
        }

        var prices = this;
        foreach (var member in PriceMember.All)
        {
            prices = member.Get(prices) is null ? member.With(prices, member.Get(others)) : prices;
        }

        return prices with { LongPrompt = LongPrompt ?? others.LongPrompt };
    }
}

/// <summary>The prices of a request whose prompt is longer than a number of tokens; they hold for all of its tokens.</summary>
/// <param name="Above">The number of tokens (<c>above</c>), at least 1.</param>
/// <param name="Prices">The prices; where they are silent the usual ones hold.</param>
public sealed record LongPromptPrices(int Above, ModelPrices Prices);
