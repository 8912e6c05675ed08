using Switchboard.Engine.Compute;

namespace Switchboard.Engine.Models;

/// <summary>
/// Computes a model's predictions for a batch of tokens, writing keys and values on the way. Owns all buffers of a step, so that a step
/// allocates nothing. A token's result depends on its sequence alone, not on what else is in the batch. For one thread at a time.
/// </summary>
internal sealed unsafe class ForwardPass : IDisposable, IParallelWork
{
    private readonly LlamaWeights _weights;
    private readonly LlamaShape _shape;
    private readonly KeyValueLayout _layout;
    private readonly WorkerPool _workers;
    private readonly RotaryEmbedding _rotary;
    private readonly Projection _projection = new();
    private readonly int _width;

    private readonly NativeBuffer<float> _state;
    private readonly Activations _normed;
    private readonly NativeBuffer<float> _query;
    private readonly NativeBuffer<float> _key;
    private readonly NativeBuffer<float> _value;
    private readonly Activations _attended;
    private readonly NativeBuffer<float> _change;
    private readonly NativeBuffer<float> _gate;
    private readonly NativeBuffer<float> _up;
    private readonly Activations _hidden;
    private readonly NativeBuffer<float> _logits;

    private Batch _batch = null!;
    private int _layer;

    /// <summary>The batch's token that a row of the state stands for; fewer rows than tokens once only outputs are wanted.</summary>
    private readonly int[] _tokenOfRow;
    private int _rows;

    public ForwardPass(LlamaWeights weights, KeyValueLayout layout, WorkerPool workers, int capacity, int outputs)
    {
        (_weights, _shape, _layout, _workers) = (weights, weights.Shape, layout, workers);
        var layer = weights.Layers[0];
        _width = layer.Down.PaddedRows;
        _rotary = new(weights, capacity);
        _tokenOfRow = new int[capacity];
        _state = new((long)capacity * _width);
        _normed = new(capacity, _shape.Width);
        _query = new((long)capacity * layer.Query.PaddedRows);
        _key = new((long)capacity * layer.Key.PaddedRows);
        _value = new((long)capacity * layer.Value.PaddedRows);
        _attended = new(capacity, _shape.QueryWidth);
        _change = new((long)capacity * _width);
        _gate = new((long)capacity * layer.Gate.PaddedRows);
        _up = new((long)capacity * layer.Up.PaddedRows);
        _hidden = new(capacity, _shape.HiddenWidth);
        _logits = new((long)outputs * weights.Output.PaddedRows);
    }

    /// <summary>The scores of all tokens, for an output of the last batch.</summary>
    public Span<float> Logits(int row) => new(_logits.Data + ((long)row * _weights.Output.PaddedRows), _weights.VocabularySize);

    public void Run(Batch batch)
    {
        _batch = batch;
        _rotary.Prepare(batch);
        _rows = batch.Count;
        for (var row = 0; row < _rows; row++)
        {
            _tokenOfRow[row] = row;
            _weights.Embedding.CopyRow(batch.Tokens[row], State(row));
        }

        for (_layer = 0; _layer < _shape.Layers; _layer++)
        {
            AttentionBlock(_weights.Layers[_layer]);
            if (_rows == 0)
            {
                return;
            }

            HiddenBlock(_weights.Layers[_layer]);
        }

        Normalize(_weights.OutputNorm);
        Project(_projection.Of(_normed, _rows).With(_weights.Output, _logits));
    }

    public void Dispose()
    {
        foreach (var owned in (IDisposable[])[_rotary, _state, _normed, _query, _key, _value, _attended, _change, _gate, _up, _hidden, _logits])
        {
            owned.Dispose();
        }
    }

    /// <summary>Attention of each row and key-value head: the parallel part.</summary>
    void IParallelWork.Run(int first, int end)
    {
        var shared = _shape.Heads / _shape.KeyValueHeads;
        for (var part = first; part < end; part++)
        {
            var (row, head) = (part / _shape.KeyValueHeads, part % _shape.KeyValueHeads);
            var token = _tokenOfRow[row];
            for (var q = head * shared; q < (head + 1) * shared; q++)
            {
                Attention.Head(
                    _layout,
                    _batch.Sequence(token),
                    _layer,
                    head,
                    _batch.Positions[token] + 1,
                    _query.Data + ((long)row * _weights.Layers[0].Query.PaddedRows) + (q * _shape.HeadWidth),
                    _attended.Values(row) + (q * _shape.HeadWidth));
            }
        }
    }

    private float* State(int row) => _state.Data + ((long)row * _width);

    private void AttentionBlock(LlamaLayer layer)
    {
        Normalize(layer.AttentionNorm);
        if (_layer == _shape.Layers - 1 && _batch.OutputCount < _rows)
        {
            // After the last layer's keys and values only the wanted rows matter.
            Project(_projection.Of(_normed, _rows).With(layer.Key, _key).With(layer.Value, _value));
            StoreKeysAndValues(layer);
            KeepOutputs();
            if (_rows == 0)
            {
                return;
            }

            Project(_projection.Of(_normed, _rows).With(layer.Query, _query));
        }
        else
        {
            Project(_projection.Of(_normed, _rows).With(layer.Query, _query).With(layer.Key, _key).With(layer.Value, _value));
            StoreKeysAndValues(layer);
        }

        PrepareQueries(layer);
        _workers.Run(this, _rows * _shape.KeyValueHeads);
        Project(_projection.Of(_attended, _rows).With(layer.AttentionOutput, _change));
        VectorMath.Add(_state.Data, _change.Data, _rows * _width);
    }

    private void HiddenBlock(LlamaLayer layer)
    {
        Normalize(layer.HiddenNorm);
        Project(_projection.Of(_normed, _rows).With(layer.Gate, _gate).With(layer.Up, _up));
        for (var row = 0; row < _rows; row++)
        {
            var offset = (long)row * layer.Gate.PaddedRows;
            VectorMath.SwiGlu(_gate.Data + offset, _up.Data + offset, _hidden.Values(row), _shape.HiddenWidth);
        }

        Project(_projection.Of(_hidden, _rows).With(layer.Down, _change));
        VectorMath.Add(_state.Data, _change.Data, _rows * _width);
    }

    private void Normalize(NativeBuffer<float> weights)
    {
        for (var row = 0; row < _rows; row++)
        {
            VectorMath.RmsNorm(State(row), weights.Data, _normed.Values(row), _shape.Width, _shape.NormEpsilon);
        }
    }

    private void Project(Projection projection)
    {
        if (projection.WantsIntegers)
        {
            projection.Quantize();
        }

        _workers.Run(projection, projection.Groups);
    }

    private void StoreKeysAndValues(LlamaLayer layer)
    {
        for (var row = 0; row < _rows; row++)
        {
            var key = _key.Data + ((long)row * layer.Key.PaddedRows);
            _rotary.Rotate(row, key, _shape.KeyValueHeads);
            Attention.Store(_layout, _batch.Sequence(row), _layer, _batch.Positions[row], key, _value.Data + ((long)row * layer.Value.PaddedRows));
        }
    }

    private void PrepareQueries(LlamaLayer layer)
    {
        var scale = 1f / MathF.Sqrt(_shape.HeadWidth);
        for (var row = 0; row < _rows; row++)
        {
            var query = _query.Data + ((long)row * layer.Query.PaddedRows);
            _rotary.Rotate(_tokenOfRow[row], query, _shape.Heads);
            VectorMath.Scale(query, scale, _shape.QueryWidth);
        }
    }

    /// <summary>Moves the wanted rows to the front; they are in order, so none is overwritten before it is moved.</summary>
    private void KeepOutputs()
    {
        _rows = _batch.OutputCount;
        for (var row = 0; row < _rows; row++)
        {
            var token = _batch.Outputs[row];
            _tokenOfRow[row] = token;
            new Span<float>(State(token), _width).CopyTo(new Span<float>(State(row), _width));
            new Span<float>(_normed.Values(token), _normed.Stride).CopyTo(new Span<float>(_normed.Values(row), _normed.Stride));
        }
    }
}
