using Switchboard.Engine;
using Switchboard.Engine.Sampling;

namespace Switchboard.Tests.Engine.Sampling;

public sealed class SamplerTests
{
    private static readonly float[] s_logits = [.. Enumerable.Range(0, 50).Select(i => MathF.Sin(i) * 3)];

    [Fact]
    public void Temperature_0_takes_the_likeliest_and_the_lowest_id_among_equals()
    {
        var sampler = Sampler(new() { Temperature = 0 }, 3);

        Assert.Equal(1, sampler.Sample([0, 5, 5]));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(0.5f)]
    [InlineData(2f)]
    public void Frequencies_are_those_of_the_softmax_at_the_temperature(float temperature)
    {
        var expected = Softmax(s_logits, temperature);

        var counts = Count(new() { Temperature = temperature, Seed = 1 }, 40_000);

        for (var i = 0; i < s_logits.Length; i++)
        {
            Assert.InRange(counts[i] / 40_000.0, expected[i] - 0.012, expected[i] + 0.012);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(49)]
    public void Top_k_keeps_the_k_likeliest(int k)
    {
        var kept = Ranked().Take(k).Order();

        Assert.Equal(kept, Seen(new() { TopK = k, Temperature = 5 }));
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Top_p_keeps_the_fewest_that_have_the_probability(float p)
    {
        var probabilities = Softmax(s_logits, 1);
        var sum = 0.0;
        var kept = Ranked().TakeWhile(token =>
        {
            var before = sum;
            sum += probabilities[token];
            return before < p;
        }).Order();

        Assert.Equal(kept, Seen(new() { TopP = p }));
    }

    [Fact]
    public void Min_p_keeps_those_near_the_likeliest()
    {
        var probabilities = Softmax(s_logits, 1);
        var kept = Enumerable.Range(0, 50).Where(i => probabilities[i] >= 0.3 * probabilities.Max());

        Assert.Equal(kept, Seen(new() { MinP = 0.3f }));
    }

    [Fact]
    public void Top_p_0_takes_the_likeliest() => Assert.Equal([Ranked().First()], Seen(new() { TopP = 0 }));

    [Fact]
    public void The_same_seed_gives_the_same_tokens_and_another_seed_others()
    {
        int[] Draw(ulong seed)
        {
            var sampler = Sampler(new(), 50, seed);
            return [.. Enumerable.Range(0, 100).Select(_ => sampler.Sample([.. s_logits]))];
        }

        Assert.Equal(Draw(42), Draw(42));
        Assert.NotEqual(Draw(42), Draw(43));
    }

    [Fact]
    public void Logit_bias_forbids_and_forces()
    {
        Assert.DoesNotContain(2, Seen(new() { LogitBias = new Dictionary<int, float> { [2] = -100 } }));
        Assert.Equal([7], Seen(new() { LogitBias = new Dictionary<int, float> { [7] = 100 } }));
    }

    [Fact]
    public void Frequency_penalty_grows_with_each_repetition()
    {
        var sampler = Sampler(new() { Temperature = 0, FrequencyPenalty = 0.4f }, 2);

        Assert.Equal([0, 0, 0, 1, 0, 1], Enumerable.Range(0, 6).Select(_ => sampler.Sample([1f, 0f])));
    }

    [Fact]
    public void Presence_penalty_counts_once()
    {
        var sampler = Sampler(new() { Temperature = 0, PresencePenalty = 0.6f }, 2);

        Assert.Equal([0, 1, 0, 0], Enumerable.Range(0, 4).Select(_ => sampler.Sample([0.5f, 0f])));
    }

    [Fact]
    public void Repetition_penalty_counts_the_prompt_too()
    {
        var sampler = new Sampler(new() { Temperature = 0, RepetitionPenalty = 2 }, 1, [0], new SamplingScratch(3));

        Assert.Equal([1, 2], Enumerable.Range(0, 2).Select(_ => sampler.Sample([3f, 2f, 1.9f])));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void Logits_that_are_no_numbers_do_no_harm(float temperature)
    {
        var options = new SamplingOptions { Temperature = temperature, TopP = 0.9f };

        Assert.InRange(Sampler(options, 4).Sample([float.NaN, float.NaN, float.NaN, float.NaN]), 0, 3);
        Assert.Equal(2, Sampler(options, 4).Sample([float.NaN, float.NegativeInfinity, 1, float.NaN]));
        Assert.Equal(1, Sampler(options, 4).Sample([0, float.PositiveInfinity, 1, float.NaN]));
    }

    private static Sampler Sampler(SamplingOptions options, int size, ulong seed = 1) => new(options, seed, [], new SamplingScratch(size));

    private static int[] Count(SamplingOptions options, int draws)
    {
        var sampler = Sampler(options, s_logits.Length);
        var counts = new int[s_logits.Length];
        for (var i = 0; i < draws; i++)
        {
            counts[sampler.Sample([.. s_logits])]++;
        }

        return counts;
    }

    private static IEnumerable<int> Seen(SamplingOptions options) => Count(options, 20_000).Index().Where(pair => pair.Item > 0).Select(pair => pair.Index);

    private static IEnumerable<int> Ranked() => Enumerable.Range(0, s_logits.Length).OrderByDescending(i => s_logits[i]);

    private static double[] Softmax(float[] logits, float temperature)
    {
        var weights = logits.Select(logit => Math.Exp(logit / temperature)).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}
