using System.Collections.Concurrent;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.Caching.Semantic;

/// <summary>
/// The questions whose answers are kept, by all that must be the same (tenant, model, parameters, earlier messages), with
/// the vector of what may differ. Searching takes no lock. It is in this process alone.
/// </summary>
internal sealed class QuestionIndex
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, RememberedQuestion[]> _partitions = new(StringComparer.Ordinal);
    private readonly LinkedList<RememberedQuestion> _byAge = new();
    private readonly Dictionary<RememberedQuestion, LinkedListNode<RememberedQuestion>> _places = new(ReferenceEqualityComparer.Instance);
    private int _count;

    /// <summary>How many questions there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The question that is nearest.</summary>
    /// <param name="partition">What must be the same.</param>
    /// <param name="vector">The vector of what may differ.</param>
    /// <param name="threshold">The least cosine.</param>
    /// <param name="cosine">How near it is.</param>
    /// <returns>Null where none is near enough.</returns>
    public RememberedQuestion? Find(string partition, float[] vector, double threshold, out double cosine)
    {
        RememberedQuestion? nearest = null;
        cosine = threshold;
        foreach (var question in _partitions.GetValueOrDefault(partition, []))
        {
            // Rounding makes the cosine of the same vectors a little less, or more, than 1.
            var found = Math.Min(1, Math.Round(QuestionVector.Cosine(vector, question.Vector), 5));
            if (found >= cosine)
            {
                (nearest, cosine) = (question, found);
            }
        }

        return nearest;
    }

    /// <summary>Remembers a question, and forgets the oldest ones beyond the most there may be.</summary>
    public void Add(RememberedQuestion question, int most)
    {
        lock (_gate)
        {
            foreach (var former in _partitions.GetValueOrDefault(question.Partition, []).Where(other => other.Key == question.Key))
            {
                Forget(former);
            }

            _partitions[question.Partition] = [.. _partitions.GetValueOrDefault(question.Partition, []), question];
            _places.Add(question, _byAge.AddLast(question));
            while (_byAge.Count > most)
            {
                Forget(_byAge.First!.Value);
            }

            Volatile.Write(ref _count, _byAge.Count);
        }
    }

    /// <summary>Forgets a question whose answer is gone.</summary>
    public void Remove(RememberedQuestion question)
    {
        lock (_gate)
        {
            Forget(question);
            Volatile.Write(ref _count, _byAge.Count);
        }
    }

    // Two callers may find that its answer is gone.
    private void Forget(RememberedQuestion question)
    {
        if (!_places.Remove(question, out var place))
        {
            return;
        }

        _byAge.Remove(place);
        var rest = _partitions[question.Partition].Where(other => !ReferenceEquals(other, question)).ToArray();
        if (rest.Length == 0)
        {
            _partitions.TryRemove(question.Partition, out _);
        }
        else
        {
            _partitions[question.Partition] = rest;
        }
    }
}

/// <summary>A question whose answer is kept.</summary>
/// <param name="Partition">What must be the same.</param>
/// <param name="Vector">The vector of what may differ.</param>
/// <param name="Key">Names its answer.</param>
internal sealed record RememberedQuestion(string Partition, float[] Vector, CacheKey Key);
