namespace Switchboard.Engine;

/// <summary>How much of the machine an engine may take.</summary>
public sealed record InferenceOptions
{
    /// <summary>How many sequences are decoded together; each choice of a request is one. 8 by default.</summary>
    public int MaxConcurrentSequences { get; init; } = 8;

    /// <summary>How many requests may wait for a place; one more is refused as busy. 64 by default.</summary>
    public int MaxQueued { get; init; } = 64;

    /// <summary>Threads for computing; 0, the default, chooses by the model's size: one for a tiny model, else all cores but one.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// How many prompt tokens are read in one step, so that a long prompt does not hold up the others; 0, the default, chooses by the
    /// model's size: 32 to 256.
    /// </summary>
    public int PrefillChunk { get; init; }

    /// <summary>
    /// Bytes for the keys and values of all sequences; 0, the default, takes what the sequences need at most, up to an eighth of the memory.
    /// There is always room for one sequence of at least 2,048 tokens.
    /// </summary>
    public long KeyValueMemory { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrentSequences, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxConcurrentSequences, 1024);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxQueued);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threads, 1024);
        ArgumentOutOfRangeException.ThrowIfNegative(PrefillChunk);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PrefillChunk, 4096);
        ArgumentOutOfRangeException.ThrowIfNegative(KeyValueMemory);
    }
}
