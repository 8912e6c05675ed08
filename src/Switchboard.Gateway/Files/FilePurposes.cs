namespace Switchboard.Gateway.Files;

/// <summary>What files are for. Only <see cref="Batch"/> means something to the gateway.</summary>
public static class FilePurposes
{
    /// <summary>The lines of a batch.</summary>
    public const string Batch = "batch";

    /// <summary>What came of a batch.</summary>
    public const string BatchOutput = "batch_output";

    // What OpenAI takes from callers.
    private static readonly string[] s_known = ["assistants", Batch, "evals", "fine-tune", "user_data", "vision"];

    // As at OpenAI, so that the disk does not fill with what was worked off.
    private static readonly TimeSpan s_batchesKept = TimeSpan.FromDays(30);

    /// <summary>The purposes that a caller may name, for people.</summary>
    public static string Known { get; } = string.Join(", ", s_known);

    /// <summary>Whether a caller may name it.</summary>
    public static bool IsKnown(string purpose) => s_known.Contains(purpose);

    /// <summary>How long a file is kept of which nobody said so: 30 days for those of batches, else for good (null).</summary>
    public static TimeSpan? KeptFor(string purpose) => purpose is Batch or BatchOutput ? s_batchesKept : null;
}
