using Switchboard.Engine.Models;

namespace Switchboard.Engine.Scheduling;

/// <summary>
/// Decides which sequences run. Each step reads one token of every answer in the making and a part of the prompts; sequences join and
/// leave between steps. Where memory for keys and values runs out, the youngest sequence gives its own back and reads its text again
/// later; as results do not depend on company, nobody notices but the clock. Used by the engine's loop only.
/// </summary>
internal sealed class SequenceScheduler(EngineResources resources, int mostActive, float[] scratch)
{
    private readonly LinkedList<ActiveSequence> _waiting = new();
    private readonly List<ActiveSequence> _active = [];
    private readonly List<(ActiveSequence Sequence, int Count)> _plan = [];
    private readonly ForwardPass _forward = resources.Forward;
    private readonly KeyValuePool _pool = resources.Pool;
    private readonly Batch _batch = resources.Batch;

    public int ActiveCount => _active.Count;

    /// <summary>Called when the first of a generation's choices begins, or the generation is given up before.</summary>
    public required Action<Generation> LeftQueue { get; init; }

    public void Enqueue(ActiveSequence sequence)
    {
        sequence.Generation.ChoicesToBegin++;
        _waiting.AddLast(sequence);
    }

    /// <summary>Runs one step; false where there is nothing to do.</summary>
    public bool Step()
    {
        DropCancelled();
        Admit();
        if (_active.Count == 0)
        {
            return false;
        }

        Plan();
        _batch.Clear();
        foreach (var (sequence, count) in _plan)
        {
            sequence.Feed(_batch, count);
        }

        _forward.Run(_batch);
        foreach (var (sequence, _) in _plan)
        {
            Advance(sequence);
        }

        RemoveFinished();
        return true;
    }

    /// <summary>Ends everything, with a fault or as cancelled.</summary>
    public void Abandon(Exception? fault)
    {
        foreach (var sequence in _waiting.Concat(_active))
        {
            GiveUp(sequence, fault);
        }

        _waiting.Clear();
        _active.Clear();
    }

    private void DropCancelled()
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Generation.IsCancelled)
            {
                _waiting.Remove(node);
                GiveUp(node.Value, null);
            }

            node = next;
        }

        for (var i = _active.Count - 1; i >= 0; i--)
        {
            if (_active[i].Generation.IsCancelled)
            {
                GiveUp(_active[i], null);
                _active.RemoveAt(i);
            }
        }
    }

    private void GiveUp(ActiveSequence sequence, Exception? fault)
    {
        var generation = sequence.Generation;
        Release(sequence);
        DropShared(generation);
        LeftQueue(generation);
        if (fault is null)
        {
            generation.CompleteCancelled();
        }
        else
        {
            generation.Complete(fault);
        }
    }

    /// <summary>Lets waiting sequences begin, in order; only a choice whose prompt is just being read waits for that.</summary>
    private void Admit()
    {
        for (var node = _waiting.First; node is not null && _active.Count < mostActive;)
        {
            var next = node.Next;
            var sequence = node.Value;
            if (sequence.Generation is not { Shared: null, PromptReader: not null })
            {
                if (_active.Count > 0 && _pool.Free < PagesToBegin(sequence))
                {
                    return;
                }

                _waiting.Remove(node);
                Begin(sequence);
            }

            node = next;
        }
    }

    private static int PagesToBegin(ActiveSequence sequence) =>
        sequence.Generation.Shared is null ? KeyValueLayout.PagesFor(sequence.Length) + 1 : 2;

    private void Begin(ActiveSequence sequence)
    {
        var generation = sequence.Generation;
        LeftQueue(generation);
        generation.ChoicesToBegin--;
        _active.Add(sequence);
        if (generation.Shared is { } shared)
        {
            sequence.Memory = shared.Memory.Fork();
            if (sequence.Length == generation.PromptTokens)
            {
                shared.Logits.CopyTo(scratch, 0);
                sequence.Advance(scratch.AsSpan(0, shared.Logits.Length));
                RemoveFinished();
            }
        }
        else
        {
            sequence.Memory = new KeyValueSequence(_pool);
            generation.PromptReader ??= sequence.Length == generation.PromptTokens ? sequence : null;
        }

        if (generation.ChoicesToBegin == 0)
        {
            DropShared(generation);
        }
    }

    /// <summary>Who reads how many tokens: the answers one each; the prompts share what a step allows, so that a short one is soon through.</summary>
    private void Plan()
    {
        _plan.Clear();
        _pool.ForgetPromises();
        var left = resources.Chunk;
        var readers = _active.Count(static sequence => sequence.Unread > 1);
        for (var i = 0; i < _active.Count; i++)
        {
            var sequence = _active[i];
            var count = sequence.Unread == 1 ? 1 : Math.Min(sequence.Unread, (left + readers - 1) / readers--);
            if (count == 0)
            {
                continue;
            }

            var pages = KeyValueLayout.PagesFor(sequence.Memory!.Length + count) - KeyValueLayout.PagesFor(sequence.Memory.Length);
            MakeRoom(pages, i + 1);
            if (_pool.Free < pages)
            {
                // Alone and too long cannot be: the context length was cut to the memory. The older ones have it; wait for them.
                Evict(i);
                return;
            }

            _pool.Promise(pages);
            _plan.Add((sequence, count));
            left -= sequence.Unread == 1 ? 0 : count;
        }
    }

    /// <summary>Frees pages: shared prompts first, then the youngest sequences down to <paramref name="keep"/>.</summary>
    private void MakeRoom(int pages, int keep)
    {
        if (_pool.Free >= pages)
        {
            return;
        }

        foreach (var sequence in _active.Concat(_waiting))
        {
            DropShared(sequence.Generation);
        }

        while (_pool.Free < pages && _active.Count > keep)
        {
            Evict(_active.Count - 1);
        }
    }

    private void Evict(int index)
    {
        var sequence = _active[index];
        _active.RemoveAt(index);
        Release(sequence);
        sequence.Generation.ChoicesToBegin++;
        _waiting.AddFirst(sequence);
    }

    private void Advance(ActiveSequence sequence)
    {
        if (sequence.OutputRow < 0)
        {
            return;
        }

        var generation = sequence.Generation;
        var logits = _forward.Logits(sequence.OutputRow);
        if (generation.PromptReader == sequence)
        {
            generation.PromptReader = null;
            if (generation.ChoicesToBegin > 0 && sequence.Length == generation.PromptTokens && _pool.Free > 0)
            {
                generation.Shared ??= new SharedPrompt(sequence.Memory!.Fork(), logits.ToArray());
            }
        }

        sequence.Advance(logits);
    }

    private void RemoveFinished()
    {
        for (var i = _active.Count - 1; i >= 0; i--)
        {
            if (_active[i].Finished)
            {
                Release(_active[i]);
                _active.RemoveAt(i);
            }
        }
    }

    private static void Release(ActiveSequence sequence)
    {
        sequence.Memory?.Release();
        sequence.Memory = null;
        if (sequence.Generation.PromptReader == sequence)
        {
            sequence.Generation.PromptReader = null;
        }
    }

    private static void DropShared(Generation generation)
    {
        generation.Shared?.Memory.Release();
        generation.Shared = null;
    }
}
