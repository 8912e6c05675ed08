using Switchboard.Engine.Compute;

namespace Switchboard.Engine.Models;

/// <summary>Up to three matrices multiplied with the same inputs, as one piece of parallel work over their groups of rows.</summary>
internal sealed unsafe class Projection : IParallelWork
{
    private readonly Matrix[] _matrices = new Matrix[3];
    private readonly NativeBuffer<float>[] _outputs = new NativeBuffer<float>[3];
    private int _count;
    private Activations _input = null!;
    private int _tokens;

    public int Groups { get; private set; }

    public bool WantsIntegers { get; private set; }

    /// <summary>Begins a product of some tokens.</summary>
    public Projection Of(Activations input, int tokens)
    {
        (_input, _tokens, _count, Groups, WantsIntegers) = (input, tokens, 0, 0, false);
        return this;
    }

    /// <summary>Adds a matrix; its output has <see cref="Matrix.PaddedRows"/> floats a token.</summary>
    public Projection With(Matrix matrix, NativeBuffer<float> output)
    {
        _matrices[_count] = matrix;
        _outputs[_count++] = output;
        Groups += matrix.Groups;
        WantsIntegers |= matrix.WantsIntegers;
        return this;
    }

    public void Quantize() => _input.Quantize(0, _tokens);

    public void Run(int first, int end)
    {
        for (var i = 0; i < _count; i++)
        {
            var groups = _matrices[i].Groups;
            var last = Math.Min(end, groups);
            if (first < last)
            {
                _matrices[i].Multiply(_input, _tokens, Math.Max(first, 0), last, _outputs[i].Data, _matrices[i].PaddedRows);
            }

            (first, end) = (Math.Max(first - groups, 0), end - groups);
            if (end <= 0)
            {
                return;
            }
        }
    }
}
