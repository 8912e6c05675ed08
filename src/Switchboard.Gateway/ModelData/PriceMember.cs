using System.Collections.Immutable;

namespace Switchboard.Gateway.ModelData;

/// <summary>One price: its name in files and answers, and its place in <see cref="ModelPrices"/>.</summary>
internal sealed record PriceMember(string Name, Func<ModelPrices, decimal?> Get, Func<ModelPrices, decimal?, ModelPrices> With)
{
    /// <summary>Every price there is.</summary>
    public static ImmutableArray<PriceMember> All { get; } =
    [
        new("input", prices => prices.Input, (prices, price) => prices with { Input = price }),
        new("cached_input", prices => prices.CachedInput, (prices, price) => prices with { CachedInput = price }),
        new("cache_write", prices => prices.CacheWrite, (prices, price) => prices with { CacheWrite = price }),
        new("output", prices => prices.Output, (prices, price) => prices with { Output = price }),
        new("audio_input", prices => prices.AudioInput, (prices, price) => prices with { AudioInput = price }),
        new("audio_output", prices => prices.AudioOutput, (prices, price) => prices with { AudioOutput = price }),
        new("image_input", prices => prices.ImageInput, (prices, price) => prices with { ImageInput = price }),
        new("image_output", prices => prices.ImageOutput, (prices, price) => prices with { ImageOutput = price }),
        new("per_image", prices => prices.PerImage, (prices, price) => prices with { PerImage = price }),
        new("per_minute", prices => prices.PerMinute, (prices, price) => prices with { PerMinute = price }),
        new("per_million_characters", prices => prices.PerMillionCharacters, (prices, price) => prices with { PerMillionCharacters = price }),
        new("per_thousand_searches", prices => prices.PerThousandSearches, (prices, price) => prices with { PerThousandSearches = price }),
    ];
}
