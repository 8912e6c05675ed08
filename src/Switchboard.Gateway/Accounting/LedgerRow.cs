using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Accounting;

/// <summary>How a request ended.</summary>
public enum LedgerOutcome
{
    /// <summary>It was answered whole.</summary>
    Answered,

    /// <summary>It was answered with an error.</summary>
    Failed,

    /// <summary>Its caller left before the answer was whole.</summary>
    Cancelled,

    /// <summary>Its answer broke off after it had begun.</summary>
    Broken,
}

/// <summary>One request in the ledger: who asked, what for, where it went, what it used and cost. It holds nothing of what was said.</summary>
public sealed record LedgerRow
{
    /// <summary>Its own id, in the order of time.</summary>
    public required Guid Id { get; init; }

    /// <summary>When the request came.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The id the caller knows it by (<c>x-request-id</c>).</summary>
    public required string RequestId { get; init; }

    /// <summary>The id of the key that asked; null where access is open.</summary>
    public string? Key { get; init; }

    /// <summary>The project it belongs to.</summary>
    public string? Project { get; init; }

    /// <summary>The team it belongs to.</summary>
    public string? Team { get; init; }

    /// <summary>The user the caller named.</summary>
    public string? User { get; init; }

    /// <summary>What was asked for: <c>chat.completions</c> and so on, the path with dots.</summary>
    public required string Operation { get; init; }

    /// <summary>The model as the caller wrote it.</summary>
    public required string Model { get; init; }

    /// <summary>The provider that was asked last; empty where none was.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The model's name at that provider.</summary>
    public string Deployment { get; init; } = "";

    /// <summary>The tokens.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>What is not sold by tokens.</summary>
    public CallUnits Units { get; init; }

    /// <summary>True where the gateway counted the tokens itself, for the provider did not tell them before the answer ended.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>What it cost, in nano-dollars; null where a price is not known.</summary>
    public long? Cost { get; init; }

    /// <summary>True where the cache answered: no provider was asked, and nothing paid.</summary>
    public bool IsCached { get; init; }

    /// <summary>True where the answer was a stream.</summary>
    public bool IsStream { get; init; }

    /// <summary>How many times a provider was asked.</summary>
    public int Attempts { get; init; }

    /// <summary>How it ended.</summary>
    public LedgerOutcome Outcome { get; init; }

    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; init; }

    /// <summary>The error's code; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>From the request to the end of its answer.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>From the request to the first byte of the answer; null where there was none.</summary>
    public TimeSpan? FirstByte { get; init; }
}
