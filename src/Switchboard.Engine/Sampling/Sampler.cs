namespace Switchboard.Engine.Sampling;

/// <summary>Chooses the tokens of one answer.</summary>
internal sealed class Sampler
{
    /// <summary>Tokens less likely than this, relative to the likeliest, are sorted only where the likelier ones do not suffice.</summary>
    private const float RareWeight = 1e-4f;

    private readonly SamplingOptions _options;
    private readonly SamplingScratch _scratch;
    private readonly RandomSource _random;
    private readonly Dictionary<int, int> _generated = [];
    private readonly HashSet<int> _seen = [];

    public Sampler(SamplingOptions options, ulong seed, IReadOnlyList<int> prompt, SamplingScratch scratch)
    {
        (_options, _scratch, _random) = (options, scratch, new RandomSource(seed));
        if (HasRepetitionPenalty)
        {
            _seen.UnionWith(prompt);
        }
    }

    private bool HasRepetitionPenalty => _options.RepetitionPenalty != 1;

    private bool HasPenalties => _options.FrequencyPenalty != 0 || _options.PresencePenalty != 0;

    /// <summary>Chooses a token; changes the logits.</summary>
    public int Sample(Span<float> logits)
    {
        Adjust(logits);
        var likeliest = SamplingMath.ArgMax(logits);
        var token = _options.Temperature <= 0 || !float.IsFinite(logits[likeliest]) ? likeliest : Draw(logits, logits[likeliest]);
        Remember(token);
        return token;
    }

    private void Adjust(Span<float> logits)
    {
        foreach (var token in _seen)
        {
            logits[token] = logits[token] > 0 ? logits[token] / _options.RepetitionPenalty : logits[token] * _options.RepetitionPenalty;
        }

        if (HasPenalties)
        {
            foreach (var (token, count) in _generated)
            {
                logits[token] -= (count * _options.FrequencyPenalty) + _options.PresencePenalty;
            }
        }

        if (_options.LogitBias is { } bias)
        {
            foreach (var (token, addend) in bias)
            {
                logits[token] += addend;
            }
        }
    }

    private void Remember(int token)
    {
        if (HasPenalties)
        {
            _generated[token] = _generated.GetValueOrDefault(token) + 1;
        }

        if (HasRepetitionPenalty)
        {
            _seen.Add(token);
        }
    }

    private int Draw(ReadOnlySpan<float> logits, float largest)
    {
        var weights = _scratch.Weights.AsSpan(0, logits.Length);
        var total = SamplingMath.Weights(logits, largest, 1f / _options.Temperature, weights);
        var everything = _options.TopK <= 0 && _options.TopP >= 1 && _options.MinP <= 0;
        if (everything)
        {
            return Pick(weights, total);
        }

        var candidates = Gather(weights, total);
        return Pick(weights, candidates);
    }

    /// <summary>The tokens that top-k, top-p and min-p leave, likeliest first.</summary>
    private Span<int> Gather(ReadOnlySpan<float> weights, double total)
    {
        var least = Math.Max(_options.MinP, RareWeight);
        var candidates = Candidates(weights, least);
        if (least > _options.MinP && !Suffices(candidates, weights, total))
        {
            candidates = Candidates(weights, _options.MinP);
        }

        SamplingMath.SortByWeight(candidates, weights);
        if (_options.TopK > 0 && _options.TopK < candidates.Length)
        {
            candidates = candidates[.._options.TopK];
            total = Sum(candidates, weights);
        }
        else if (_options.MinP > 0)
        {
            total = Sum(candidates, weights);
        }

        return _options.TopP < 1 ? TakeProbability(candidates, weights, _options.TopP * total) : candidates;
    }

    private Span<int> Candidates(ReadOnlySpan<float> weights, float least)
    {
        var count = 0;
        for (var token = 0; token < weights.Length; token++)
        {
            if (weights[token] >= least)
            {
                _scratch.Candidates[count++] = token;
            }
        }

        return _scratch.Candidates.AsSpan(0, count);
    }

    /// <summary>Whether top-k or top-p will take nothing beyond these candidates.</summary>
    private bool Suffices(ReadOnlySpan<int> candidates, ReadOnlySpan<float> weights, double total) =>
        (_options.TopK > 0 && _options.TopK <= candidates.Length)
        || (_options.TopP < 1 && Sum(candidates, weights) >= _options.TopP * total);

    private static double Sum(ReadOnlySpan<int> candidates, ReadOnlySpan<float> weights)
    {
        var sum = 0.0;
        foreach (var token in candidates)
        {
            sum += weights[token];
        }

        return sum;
    }

    private static Span<int> TakeProbability(Span<int> candidates, ReadOnlySpan<float> weights, double wanted)
    {
        var sum = 0.0;
        for (var i = 0; i < candidates.Length; i++)
        {
            sum += weights[candidates[i]];
            if (sum >= wanted)
            {
                return candidates[..(i + 1)];
            }
        }

        return candidates;
    }

    private int Pick(ReadOnlySpan<float> weights, double total)
    {
        var point = _random.NextDouble() * total;
        var last = 0;
        for (var token = 0; token < weights.Length; token++)
        {
            if (weights[token] > 0)
            {
                last = token;
                point -= weights[token];
                if (point < 0)
                {
                    return token;
                }
            }
        }

        return last;
    }

    private int Pick(ReadOnlySpan<float> weights, ReadOnlySpan<int> candidates)
    {
        var point = _random.NextDouble() * Sum(candidates, weights);
        foreach (var token in candidates)
        {
            point -= weights[token];
            if (point < 0)
            {
                return token;
            }
        }

        return candidates[^1];
    }
}
