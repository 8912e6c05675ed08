using System.Buffers;
using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>One answer as it is collected for a caller who does not stream.</summary>
internal sealed class ChoiceText
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private List<TokenLogProb>? _logProbs;

    /// <summary>The text so far, UTF-8.</summary>
    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    /// <summary>Its tokens' probabilities, where asked for.</summary>
    public IReadOnlyList<TokenLogProb>? LogProbs => _logProbs;

    /// <summary>How many tokens it has.</summary>
    public int Tokens { get; private set; }

    /// <summary>Why it ended.</summary>
    public FinishKind? Finish { get; private set; }

    /// <summary>How likely the model holds the whole, a token; for <c>best_of</c>.</summary>
    public double MeanLogProb => _logProbs is { Count: > 0 } tokens ? tokens.Average(token => token.LogProb) : double.NegativeInfinity;

    /// <summary>Adds a step.</summary>
    public void Add(in GenerationUpdate update)
    {
        _text.Write(update.Text.Span);
        Tokens = update.CompletionTokens;
        Finish = update.Finish ?? Finish;
        if (update.LogProbs is { } logProbs)
        {
            (_logProbs ??= []).AddRange(logProbs);
        }
    }
}
