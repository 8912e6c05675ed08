using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>A chat request as the local engine understands it.</summary>
internal sealed record ChatRequest
{
    /// <summary>The conversation.</summary>
    public required IReadOnlyList<ChatTurn> Turns { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public required SamplingMembers Sampling { get; init; }

    /// <summary>Whether the tokens' log probabilities are asked for.</summary>
    public bool LogProbs { get; init; }

    /// <summary>How many of the likeliest tokens go with each.</summary>
    public int TopLogProbs { get; init; }
}
