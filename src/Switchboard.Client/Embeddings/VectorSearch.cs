using System.Numerics.Tensors;
using Switchboard.Protocol.Embeddings;

namespace Switchboard.Client.Embeddings;

/// <summary>Compares embeddings, with the processor's vector instructions.</summary>
public static class VectorSearch
{
    /// <summary>The cosine of the angle between two vectors: 1 same direction, 0 unrelated, −1 opposite; 0 where one is all zeros.</summary>
    /// <exception cref="ArgumentException">The two have different lengths, or none.</exception>
    public static float CosineSimilarity(EmbeddingVector left, EmbeddingVector right)
    {
        CheckLengths(left, right);
        var cosine = TensorPrimitives.CosineSimilarity(left.Values.Span, right.Values.Span);
        // Zeros have no direction.
        return float.IsNaN(cosine) && (TensorPrimitives.Norm(left.Values.Span) == 0 || TensorPrimitives.Norm(right.Values.Span) == 0) ? 0 : cosine;
    }

    /// <summary>The dot product of two vectors; for vectors of length 1, as OpenAI's are, the cosine similarity, and quicker.</summary>
    /// <exception cref="ArgumentException">The two have different lengths, or none.</exception>
    public static float DotProduct(EmbeddingVector left, EmbeddingVector right)
    {
        CheckLengths(left, right);
        return TensorPrimitives.Dot(left.Values.Span, right.Values.Span);
    }

    /// <summary>The items nearest to a query by cosine similarity, best first; of equal ones the earlier first.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="items">Where to look.</param>
    /// <param name="vectorOf">The embedding of an item.</param>
    /// <param name="count">How many items at most, from 1.</param>
    /// <exception cref="ArgumentException">An item's vector has another length than the query's.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static IReadOnlyList<VectorMatch<T>> FindNearest<T>(EmbeddingVector query, IEnumerable<T> items, Func<T, EmbeddingVector> vectorOf, int count)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(vectorOf);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);

        // The worst of the best so far is on top; of equal ones that is the latest.
        var best = new PriorityQueue<VectorMatch<T>, (float Score, int Order)>();
        var index = 0;
        foreach (var item in items)
        {
            var score = CosineSimilarity(query, vectorOf(item));
            var match = new VectorMatch<T>(item, index, score);
            if (best.Count < count)
            {
                best.Enqueue(match, (score, -index));
            }
            else
            {
                best.EnqueueDequeue(match, (score, -index));
            }

            index++;
        }

        var nearest = new VectorMatch<T>[best.Count];
        for (var place = nearest.Length - 1; place >= 0; place--)
        {
            nearest[place] = best.Dequeue();
        }

        return nearest;
    }

    /// <summary>The vectors nearest to a query by cosine similarity, best first; of equal ones the earlier first.</summary>
    /// <inheritdoc cref="FindNearest{T}(EmbeddingVector, IEnumerable{T}, Func{T, EmbeddingVector}, int)"/>
    public static IReadOnlyList<VectorMatch<EmbeddingVector>> FindNearest(EmbeddingVector query, IEnumerable<EmbeddingVector> items, int count) =>
        FindNearest(query, items, static vector => vector, count);

    private static void CheckLengths(EmbeddingVector left, EmbeddingVector right)
    {
        if (left.Values.Length != right.Values.Length || left.Values.IsEmpty)
        {
            throw new ArgumentException(
                $"Vectors of {left.Values.Length} and {right.Values.Length} dimensions cannot be compared: ask one model for both, with the same 'dimensions'.", nameof(right));
        }
    }
}
