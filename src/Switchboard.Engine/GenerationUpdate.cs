namespace Switchboard.Engine;

/// <summary>What one step added to one choice.</summary>
/// <param name="Choice">Which answer, from 0.</param>
/// <param name="Text">Whole UTF-8 characters; empty while a character or a possible stop text is held back.</param>
/// <param name="LogProbs">The tokens of <paramref name="Text"/>, where asked for.</param>
/// <param name="CompletionTokens">How many tokens this choice has so far.</param>
/// <param name="Finish">Why the choice ended; null while it goes on.</param>
public readonly record struct GenerationUpdate(
    int Choice,
    ReadOnlyMemory<byte> Text,
    IReadOnlyList<TokenLogProb>? LogProbs,
    int CompletionTokens,
    FinishKind? Finish);
