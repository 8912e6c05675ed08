namespace Switchboard.Engine;

/// <summary>How the next token is chosen. Bias and penalties come first, then temperature, then top-k, top-p and min-p.</summary>
public sealed record SamplingOptions
{
    /// <summary>0 takes the likeliest token always; 1 is the model's own distribution, the default.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Keeps the likeliest tokens that together have this probability; 1, the default, keeps all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Keeps tokens at least this likely relative to the likeliest; 0, the default, keeps all.</summary>
    public float MinP { get; init; }

    /// <summary>Keeps this many tokens; 0, the default, keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Lowers a token's logit by this much each time the answer already has it.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Lowers a token's logit by this much once the answer has it.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Divides the positive logits (multiplies the negative) of all tokens seen, in the prompt too; 1, the default, does nothing.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>The same seed gives the same answer, whatever else runs; random by default.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Added to the logits of these tokens.</summary>
    public IReadOnlyDictionary<int, float>? LogitBias { get; init; }
}
