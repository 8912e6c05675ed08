using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Batches;

/// <summary>What came of one attempt at a line.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The answer; empty where there is an error in its place.</param>
/// <param name="Error">Why there is no answer; null where there is one.</param>
/// <param name="WasSent">A provider was asked; else the gateway itself refused.</param>
public readonly record struct BatchAnswer(int Status, ReadOnlyMemory<byte> Body, GatewayError? Error, bool WasSent)
{
    /// <summary>The owner may not ask any more, whatever the line is.</summary>
    public bool IsOwnerRefused { get; init; }

    /// <summary>It was answered, and well.</summary>
    public bool IsGood => Error is null && Status is >= 200 and < 300;

    /// <summary>The gateway has no room for it now, or the owner's limits have none: nothing is wrong with the line.</summary>
    internal bool IsHeldUp => !WasSent && Status is 429 or 503 or 529 && !IsForGood;

    /// <summary>Another attempt may succeed.</summary>
    internal bool MayPass => Status is 408 or 429 or >= 500 and not 501 && Error?.Body.Code != "insufficient_quota" && !IsForGood;

    // It asks for more than a limit ever has.
    private bool IsForGood => Error?.RetryAfter == GatewayError.Never;
}
