using System.Text;
using Switchboard.Engine.Tokenization;

namespace Switchboard.Engine.Sampling;

/// <summary>Reports how likely the model itself thought a token, and which it thought likeliest.</summary>
internal sealed class LogProbReader(Tokenizer tokenizer, SamplingScratch scratch, int top)
{
    private readonly float[] _logits = scratch.Unchanged;

    /// <summary>Keeps the model's logits, before sampling changes them.</summary>
    public void Remember(ReadOnlySpan<float> logits) => logits.CopyTo(_logits);

    public TokenLogProb Read(int token)
    {
        var largest = _logits[SamplingMath.ArgMax(_logits)];
        var normalizer = largest + Math.Log(SamplingMath.Weights(_logits, largest, 1, scratch.Weights));
        var best = new List<TokenLogProb>(top);
        foreach (var candidate in Top())
        {
            best.Add(Describe(candidate, normalizer, []));
        }

        return Describe(token, normalizer, best);
    }

    private ReadOnlySpan<int> Top()
    {
        // A heap of a few places over the vocabulary: the least likely of the best is replaced.
        var queue = new PriorityQueue<int, (float Logit, int Order)>();
        for (var token = 0; token < _logits.Length && top > 0; token++)
        {
            if (queue.Count < top)
            {
                queue.Enqueue(token, (_logits[token], -token));
            }
            else if (queue.TryPeek(out _, out var least) && _logits[token] > least.Logit)
            {
                queue.EnqueueDequeue(token, (_logits[token], -token));
            }
        }

        var tokens = new int[queue.Count];
        for (var i = tokens.Length - 1; i >= 0; i--)
        {
            tokens[i] = queue.Dequeue();
        }

        return tokens;
    }

    private TokenLogProb Describe(int token, double normalizer, IReadOnlyList<TokenLogProb> best)
    {
        var bytes = tokenizer.Bytes(token);
        // A control token has no bytes of its own in an answer; its name is the honest text.
        var text = bytes.IsEmpty ? tokenizer.Vocabulary.Text(token) : Encoding.UTF8.GetString(bytes.Span);
        return new TokenLogProb(text, bytes, _logits[token] - normalizer, best);
    }
}
