using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Switchboard.Engine.Sampling;

/// <summary>Passes over all logits. Numbers that are not numbers, from a broken model, count as impossible.</summary>
internal static class SamplingMath
{
    /// <summary>The token with the largest logit, the lowest id among equals; 0 where there is no number at all.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(logits);
        var tail = logits[(vectors.Length * Vector512<float>.Count)..];
        var largest = Vector512.Create(float.NegativeInfinity);
        foreach (var vector in vectors)
        {
            largest = Vector512.MaxNumber(largest, vector);
        }

        var top = float.NegativeInfinity;
        for (var i = 0; i < Vector512<float>.Count; i++)
        {
            top = MathF.Max(top, largest[i]);
        }

        foreach (var value in tail)
        {
            top = value > top ? value : top;
        }

        return Math.Max(0, logits.IndexOf(top));
    }

    /// <summary>Writes <c>exp((logit - largest) * factor)</c> for each and returns the sum.</summary>
    public static double Weights(ReadOnlySpan<float> logits, float largest, float factor, Span<float> weights)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(logits);
        var tail = logits[(vectors.Length * Vector512<float>.Count)..];
        var results = MemoryMarshal.Cast<float, Vector512<float>>(weights);
        var sum = 0.0;
        for (var i = 0; i < vectors.Length; i++)
        {
            var weight = Vector512.Exp((vectors[i] - Vector512.Create(largest)) * factor);
            weight = Vector512.ConditionalSelect(Vector512.Equals(weight, weight), weight, Vector512<float>.Zero);
            results[i] = weight;
            sum += Vector512.Sum(weight);
        }

        for (var i = 0; i < tail.Length; i++)
        {
            var weight = MathF.Exp((tail[i] - largest) * factor);
            weight = float.IsNaN(weight) ? 0 : weight;
            weights[weights.Length - tail.Length + i] = weight;
            sum += weight;
        }

        return sum;
    }

    /// <summary>The likeliest first, the lower id first among equals.</summary>
    public static void SortByWeight(Span<int> candidates, ReadOnlySpan<float> weights)
    {
        var keys = new (float Weight, int Token)[candidates.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = (-weights[candidates[i]], candidates[i]);
        }

        Array.Sort(keys);
        for (var i = 0; i < keys.Length; i++)
        {
            candidates[i] = keys[i].Token;
        }
    }
}
