using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Guardrails.Asking;

/// <summary>Asks somebody else what to make of texts.</summary>
internal interface IQuestion
{
    /// <summary>Asks. What does not answer, or not as it should, is a verdict, too.</summary>
    /// <param name="call">Whose texts they are.</param>
    /// <param name="side">Which way they go.</param>
    /// <param name="texts">The texts, at least one.</param>
    /// <param name="cancellationToken">Fires when the caller leaves or the time is up.</param>
    ValueTask<TextVerdict> AskAsync(GuardedCall call, GuardrailSide side, IReadOnlyList<string> texts, CancellationToken cancellationToken);
}

/// <summary>What somebody says of texts.</summary>
internal sealed record TextVerdict
{
    /// <summary>They pass.</summary>
    public static TextVerdict Allowed { get; } = new();

    /// <summary>What stands in their place, one for each; null where they stay.</summary>
    public IReadOnlyList<string>? Masked { get; private init; }

    /// <summary>Why they are refused; null where they are not.</summary>
    public string? Reason { get; private init; }

    /// <summary>Which of them it is; null where that is not told.</summary>
    public int? Index { get; private init; }

    /// <summary>Why nobody said anything; null where somebody did.</summary>
    public string? Failure { get; private init; }

    /// <summary>Others stand in their place.</summary>
    public static TextVerdict Mask(IReadOnlyList<string> texts) => new() { Masked = texts };

    /// <summary>They are refused.</summary>
    public static TextVerdict Refuse(string reason, int? index = null) => new() { Reason = reason, Index = index };

    /// <summary>Nobody could say.</summary>
    public static TextVerdict Unavailable(string why) => new() { Failure = why };
}
