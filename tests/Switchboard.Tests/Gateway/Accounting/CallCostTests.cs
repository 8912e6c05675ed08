using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Tests.Gateway.Accounting;

public sealed class CallCostTests
{
    private static readonly ModelPrices s_prices = new() { Input = 2.5m, CachedInput = 1.25m, Output = 10m };

    [Theory]
    [InlineData(1, 0, 2_500)]
    [InlineData(0, 1, 10_000)]
    [InlineData(1_000_000, 1_000_000, 12_500_000_000)]
    [InlineData(0, 0, 0)]
    public void Tokens_cost_what_a_million_of_them_cost(int prompt, int completion, long nano) =>
        Assert.Equal(nano, CallCost.Of(new TokenUsage(prompt, completion), default, s_prices));

    [Fact]
    public void Parts_of_the_prompt_have_prices_of_their_own_and_the_rest_the_usual_one()
    {
        var prices = s_prices with { CacheWrite = 3.125m, AudioInput = 40m, ImageInput = 5m };
        var usage = new TokenUsage(100, 0) { Cached = 50, CacheWritten = 20, PromptAudio = 10, PromptImage = 5 };

        Assert.Equal((50 * 1_250) + (20 * 3_125) + (10 * 40_000) + (5 * 5_000) + (15 * 2_500), CallCost.Of(usage, default, prices));
    }

    [Fact]
    public void Parts_of_the_answer_have_prices_of_their_own_and_reasoning_has_the_usual_one()
    {
        var prices = s_prices with { AudioOutput = 80m, ImageOutput = 30m };
        var usage = new TokenUsage(0, 100) { Reasoning = 60, CompletionAudio = 10, CompletionImage = 5 };

        Assert.Equal((10 * 80_000) + (5 * 30_000) + (85 * 10_000), CallCost.Of(usage, default, prices));
    }

    [Fact]
    public void A_part_without_a_price_of_its_own_costs_what_the_others_cost()
    {
        var usage = new TokenUsage(100, 100) { CacheWritten = 10, PromptAudio = 10, PromptImage = 10, CompletionAudio = 10, CompletionImage = 10 };

        Assert.Equal((100 * 2_500) + (100 * 10_000), CallCost.Of(usage, default, s_prices));
    }

    [Fact]
    public void Parts_are_never_more_than_the_whole()
    {
        var usage = new TokenUsage(10, 0) { Cached = 8, PromptAudio = 8 };

        Assert.Equal((8 * 1_250) + (2 * 2_500), CallCost.Of(usage, default, s_prices));
    }

    [Theory]
    [InlineData(200_000, 200_000 * 1_250L)]
    [InlineData(200_001, 200_001 * 2_500L)]
    public void A_long_prompt_has_its_prices_for_all_of_it(int prompt, long nano)
    {
        var prices = new ModelPrices { Input = 1.25m, Output = 10m, LongPrompt = new LongPromptPrices(200_000, new ModelPrices { Input = 2.5m }) };

        Assert.Equal(nano, CallCost.Of(new TokenUsage(prompt, 0), default, prices));
    }

    [Fact]
    public void What_is_not_sold_by_tokens_is_sold_by_its_number()
    {
        Assert.Equal(80_000_000, CallCost.Of(default, new CallUnits { Images = 2 }, new ModelPrices { PerImage = 0.04m }));
        Assert.Equal(3_000_000, CallCost.Of(default, new CallUnits { Seconds = 30 }, new ModelPrices { PerMinute = 0.006m }));
        Assert.Equal(15_000_000, CallCost.Of(default, new CallUnits { Characters = 1_000 }, new ModelPrices { PerMillionCharacters = 15m }));
        Assert.Equal(2_000_000, CallCost.Of(default, new CallUnits { Searches = 1 }, new ModelPrices { PerThousandSearches = 2m }));
        Assert.Equal(5_000_000 + 2_500, CallCost.Of(new TokenUsage(1, 0), new CallUnits { Searches = 1 }, s_prices with { PerThousandSearches = 5m }));
    }

    [Fact]
    public void Where_a_price_is_missing_the_cost_is_not_known()
    {
        Assert.Null(CallCost.Of(new TokenUsage(1, 0), default, null));
        Assert.Null(CallCost.Of(new TokenUsage(1, 1), default, new ModelPrices { Input = 1m }));
        Assert.Null(CallCost.Of(default, new CallUnits { Images = 1 }, s_prices));

        // Pictures that are sold by their tokens.
        Assert.Equal(10_000, CallCost.Of(new TokenUsage(0, 1), new CallUnits { Images = 1 }, s_prices));
    }

    [Fact]
    public void Fractions_of_a_nano_dollar_are_rounded_once_to_the_even_one()
    {
        var prices = new ModelPrices { Input = 0.0375m, Output = 0m };

        Assert.Equal(38, CallCost.Of(new TokenUsage(1, 0), default, prices));
        Assert.Equal(75, CallCost.Of(new TokenUsage(2, 0), default, prices));
        Assert.Equal(112, CallCost.Of(new TokenUsage(3, 0), default, prices));
    }
}
