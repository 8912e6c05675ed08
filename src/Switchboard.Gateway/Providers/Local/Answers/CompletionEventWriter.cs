using System.Buffers;
using System.Text;
using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>Writes the events of a streamed <c>text_completion</c>.</summary>
/// <param name="stamp">What every event repeats.</param>
/// <param name="includeUsage">Whether usage is asked for.</param>
/// <param name="echoes">What each choice begins with; empty where the prompt is not echoed.</param>
/// <param name="topLogProbs">How many likeliest tokens are asked for; negative for no log probabilities.</param>
internal sealed class CompletionEventWriter(AnswerStamp stamp, bool includeUsage, IReadOnlyList<string> echoes, int topLogProbs)
    : EventWriter(stamp, includeUsage)
{
    private readonly int[] _offsets = [.. echoes.Select(echo => echo.Length)];
    private readonly bool[] _begun = new bool[echoes.Count];

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> Kind => "text_completion"u8;

    /// <inheritdoc/>
    public override void Write(IBufferWriter<byte> output, in GenerationUpdate update)
    {
        var choice = update.Choice;
        if (!_begun[choice])
        {
            _begun[choice] = true;
            if (echoes[choice].Length > 0)
            {
                WriteEvent(output, choice, Encoding.UTF8.GetBytes(echoes[choice]), null, null);
            }
        }

        if (!update.Text.IsEmpty || update.LogProbs is { Count: > 0 } || update.Finish is not null)
        {
            WriteEvent(output, choice, update.Text.Span, update.LogProbs, update.Finish);
        }
    }

    private void WriteEvent(IBufferWriter<byte> output, int choice, ReadOnlySpan<byte> text, IReadOnlyList<TokenLogProb>? logProbs, FinishKind? finish)
    {
        var json = Begin(output);
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteNumber("index"u8, choice);
        _offsets[choice] = CompletionJson.WriteLogProbs(json, topLogProbs < 0 ? null : logProbs, topLogProbs, _offsets[choice]);
        AnswerJson.WriteFinish(json, finish);
        json.WriteEndObject();
        End(output);
    }
}
