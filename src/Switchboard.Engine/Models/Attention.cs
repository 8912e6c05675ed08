using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Switchboard.Engine.Compute;

namespace Switchboard.Engine.Models;

/// <summary>
/// One token's attention to the past, page by page with a running maximum, so that no buffer grows with the context. The order of
/// additions depends on positions alone.
/// </summary>
internal static unsafe class Attention
{
    public const int MostHeadWidth = 512;

    private const int Positions = KeyValueLayout.Positions;

    /// <summary>Writes a token's key and value of one layer at its position.</summary>
    public static void Store(KeyValueLayout layout, KeyValueSequence sequence, int layer, int position, float* key, float* value)
    {
        var page = sequence.Page(position / Positions);
        var slot = position % Positions;
        for (var head = 0; head < layout.Heads; head++)
        {
            var keys = page.Keys(layer, head) + slot;
            for (var d = 0; d < layout.HeadWidth; d++)
            {
                keys[d * Positions] = key[(head * layout.HeadWidth) + d];
            }

            Unsafe.CopyBlock(page.Values(layer, head) + (slot * layout.ValueStride), value + (head * layout.HeadWidth), (uint)(layout.HeadWidth * sizeof(float)));
        }
    }

    /// <summary>Attention of one query head to the first <paramref name="length"/> positions.</summary>
    public static void Head(KeyValueLayout layout, KeyValueSequence sequence, int layer, int head, int length, float* query, float* output)
    {
        var weights = stackalloc float[Positions];
        var sums = stackalloc float[MostHeadWidth];
        Unsafe.InitBlock(sums, 0, (uint)(layout.ValueStride * sizeof(float)));
        var (largest, total) = (float.NegativeInfinity, 0f);
        for (var start = 0; start < length; start += Positions)
        {
            var page = sequence.Page(start / Positions);
            var count = Math.Min(Positions, length - start);
            var shrink = Weigh(page.Keys(layer, head), query, layout.HeadWidth, count, weights, ref largest, ref total);
            Collect(page.Values(layer, head), layout.ValueStride, count, weights, shrink, sums);
        }

        var scale = 1f / total;
        for (var d = 0; d < layout.HeadWidth; d++)
        {
            output[d] = sums[d] * scale;
        }
    }

    /// <summary>Scores of a page's positions, made weights relative to the largest so far; returns by how much earlier weights shrink.</summary>
    private static float Weigh(float* keys, float* query, int width, int count, float* weights, ref float largest, ref float total)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (var d = 0; d < width; d++, keys += Positions)
        {
            var value = Vector512.Create(query[d]);
            s0 = Vector512.FusedMultiplyAdd(value, Vector512.Load(keys), s0);
            s1 = Vector512.FusedMultiplyAdd(value, Vector512.Load(keys + 16), s1);
            s2 = Vector512.FusedMultiplyAdd(value, Vector512.Load(keys + 32), s2);
            s3 = Vector512.FusedMultiplyAdd(value, Vector512.Load(keys + 48), s3);
        }

        if (count < Positions)
        {
            (s0, s1, s2, s3) = (Mask(s0, count), Mask(s1, count - 16), Mask(s2, count - 32), Mask(s3, count - 48));
        }

        var before = largest;
        largest = MathF.Max(before, VectorMath.Largest(Vector512.Max(Vector512.Max(s0, s1), Vector512.Max(s2, s3))));
        var top = Vector512.Create(largest);
        (s0, s1, s2, s3) = (Vector512.Exp(s0 - top), Vector512.Exp(s1 - top), Vector512.Exp(s2 - top), Vector512.Exp(s3 - top));
        s0.Store(weights);
        s1.Store(weights + 16);
        s2.Store(weights + 32);
        s3.Store(weights + 48);
        var shrink = MathF.Exp(before - largest);
        total = (total * shrink) + Vector512.Sum((s0 + s1) + (s2 + s3));
        return shrink;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Mask(Vector512<float> scores, int count) =>
        Vector512.ConditionalSelect(
            Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(),
            scores,
            Vector512.Create(float.NegativeInfinity));

    /// <summary>Adds a page's weighted values.</summary>
    private static void Collect(float* values, int stride, int count, float* weights, float shrink, float* sums)
    {
        for (var d = 0; d < stride; d += 16)
        {
            var sum0 = Vector512.Load(sums + d) * shrink;
            Vector512<float> sum1 = default, sum2 = default, sum3 = default;
            var value = values + d;
            var p = 0;
            for (; p <= count - 4; p += 4, value += 4 * stride)
            {
                sum0 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[p]), Vector512.Load(value), sum0);
                sum1 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[p + 1]), Vector512.Load(value + stride), sum1);
                sum2 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[p + 2]), Vector512.Load(value + (2 * stride)), sum2);
                sum3 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[p + 3]), Vector512.Load(value + (3 * stride)), sum3);
            }

            for (; p < count; p++, value += stride)
            {
                sum0 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[p]), Vector512.Load(value), sum0);
            }

            ((sum0 + sum1) + (sum2 + sum3)).Store(sums + d);
        }
    }
}
