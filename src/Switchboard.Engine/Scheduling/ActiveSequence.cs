using Switchboard.Engine.Models;
using Switchboard.Engine.Sampling;

namespace Switchboard.Engine.Scheduling;

/// <summary>One answer in the making. Used by the engine's loop only.</summary>
internal sealed class ActiveSequence
{
    private readonly List<int> _tokens;
    private readonly Sampler _sampler;
    private readonly LogProbReader? _logProbs;
    private readonly AnswerWriter _writer;
    private readonly HashSet<int> _ends;
    private readonly int _limit;

    public ActiveSequence(Generation generation, int choice, SequenceParts parts)
    {
        (Generation, Choice) = (generation, choice);
        _tokens = [.. generation.Request.Prompt];
        (_sampler, _logProbs, _writer, _ends, _limit) = (parts.Sampler, parts.LogProbs, new AnswerWriter(generation.Request.Stop), parts.Ends, parts.Limit);
    }

    public Generation Generation { get; }

    public int Choice { get; }

    /// <summary>Keys and values so far; null while the sequence waits for a place.</summary>
    public KeyValueSequence? Memory { get; set; }

    /// <summary>Prompt and answer so far.</summary>
    public int Length => _tokens.Count;

    /// <summary>Tokens that the model has yet to read before it can give the next; one while an answer is made.</summary>
    public int Unread => _tokens.Count - (Memory?.Length ?? 0);

    /// <summary>The row of the step's output that predicts the next token, or -1.</summary>
    public int OutputRow { get; set; } = -1;

    public bool Finished { get; private set; }

    private int CompletionTokens => _tokens.Count - Generation.PromptTokens;

    /// <summary>Adds the next unread tokens to a batch.</summary>
    public void Feed(Batch batch, int count)
    {
        for (var i = 0; i < count; i++)
        {
            batch.Add(_tokens[Memory!.Length], Memory);
        }

        OutputRow = Unread == 0 ? batch.WantOutput() : -1;
    }

    /// <summary>Chooses the next token and reports it.</summary>
    public void Advance(Span<float> logits)
    {
        _logProbs?.Remember(logits);
        var token = _sampler.Sample(logits);
        if (_ends.Contains(token))
        {
            Finish(FinishKind.Stop);
            return;
        }

        _tokens.Add(token);
        _writer.Append(Generation.BytesOf(token), _logProbs?.Read(token));
        if (CompletionTokens >= _limit)
        {
            Finish(FinishKind.Length);
            return;
        }

        var (text, logProbs) = _writer.Take(last: false);
        Finished = _writer.Stopped;
        if (Finished || !text.IsEmpty || logProbs is not null)
        {
            Generation.Report(new GenerationUpdate(Choice, text, logProbs, CompletionTokens, Finished ? FinishKind.Stop : null));
        }
    }

    private void Finish(FinishKind kind)
    {
        _writer.Complete();
        var (text, logProbs) = _writer.Take(last: true);
        Finished = true;
        Generation.Report(new GenerationUpdate(Choice, text, logProbs, CompletionTokens, _writer.Stopped ? FinishKind.Stop : kind));
    }
}

/// <summary>What a sequence is made with.</summary>
internal sealed record SequenceParts(Sampler Sampler, LogProbReader? LogProbs, HashSet<int> Ends, int Limit);
