using Switchboard.Engine.Compute;
using System.Runtime.Intrinsics;

namespace Switchboard.Engine.Models;

/// <summary>Rotates neighbouring pairs of queries and keys by an angle that grows with the position (RoPE).</summary>
internal sealed unsafe class RotaryEmbedding : IDisposable
{
    private readonly int _rotated;
    private readonly int _headWidth;
    private readonly double[] _frequencies;
    private readonly NativeBuffer<float> _cosines;
    private readonly NativeBuffer<float> _sines;

    public RotaryEmbedding(LlamaWeights weights, int capacity)
    {
        var shape = weights.Shape;
        (_rotated, _headWidth) = (shape.RotatedWidth, shape.HeadWidth);
        _frequencies = new double[_rotated / 2];
        for (var i = 0; i < _frequencies.Length; i++)
        {
            var factor = weights.RopeFactors is { } factors ? factors.Data[i] : 1f;
            _frequencies[i] = Math.Pow(shape.RopeBase, -2.0 * i / _rotated) / (shape.RopeScale * (factor == 0 ? 1 : factor));
        }

        _cosines = new((long)capacity * _rotated);
        _sines = new((long)capacity * _rotated);
    }

    /// <summary>Computes the angles of a step's tokens, once for all layers and heads.</summary>
    public void Prepare(Batch batch)
    {
        for (var token = 0; token < batch.Count; token++)
        {
            var cosines = _cosines.Data + ((long)token * _rotated);
            var sines = _sines.Data + ((long)token * _rotated);
            for (var i = 0; i < _frequencies.Length; i++)
            {
                var (sine, cosine) = Math.SinCos(batch.Positions[token] * _frequencies[i]);
                cosines[2 * i] = cosines[(2 * i) + 1] = (float)cosine;
                sines[2 * i] = (float)-sine;
                sines[(2 * i) + 1] = (float)sine;
            }
        }
    }

    /// <summary>Rotates all heads of a token in place.</summary>
    public void Rotate(int token, float* heads, int count)
    {
        for (var head = 0; head < count; head++)
        {
            RotateHead(heads + ((long)head * _headWidth), _cosines.Data + ((long)token * _rotated), _sines.Data + ((long)token * _rotated));
        }
    }

    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
    }

    private void RotateHead(float* values, float* cosines, float* sines)
    {
        var i = 0;
        var swap = Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
        for (; i <= _rotated - 16; i += 16)
        {
            var value = Vector512.Load(values + i);
            var swapped = Vector512.Shuffle(value, swap);
            ((value * Vector512.Load(cosines + i)) + (swapped * Vector512.Load(sines + i))).Store(values + i);
        }

        for (; i < _rotated; i += 2)
        {
            var (x, y) = (values[i], values[i + 1]);
            values[i] = (x * cosines[i]) + (y * sines[i]);
            values[i + 1] = (y * cosines[i + 1]) + (x * sines[i + 1]);
        }
    }
}
