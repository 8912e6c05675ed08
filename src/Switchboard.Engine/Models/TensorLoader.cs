using Switchboard.Engine.Compute;
using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Models;

/// <summary>Takes tensors out of a file, checks their shapes, and lays them out for computing.</summary>
internal sealed unsafe class TensorLoader(GgufFile file)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>How many weights were taken.</summary>
    public long Elements { get; private set; }

    /// <summary>How many bytes they take in memory.</summary>
    public long Bytes { get; private set; }

    public bool Has(string name) => file.Find(name) is not null;

    /// <summary>A one-dimensional tensor of floats.</summary>
    public NativeBuffer<float> Vector(string name, int length)
    {
        var tensor = Take(name, 1, length);
        var vector = new NativeBuffer<float>((length + 15) / 16 * 16);
        TensorReader.ReadFloats(tensor, file.DataOf(tensor), vector.Data);
        Bytes += vector.Length * sizeof(float);
        return vector;
    }

    public Matrix Matrix(string name, int rows, int columns)
    {
        var tensor = Take(name, rows, columns);
        var matrix = TensorReader.ReadMatrix(tensor, file.DataOf(tensor));
        Bytes += matrix.Bytes;
        return matrix;
    }

    /// <summary>A tensor that the model has and the engine does not know would be silently left out: refuse it.</summary>
    public void CheckAllUsed()
    {
        foreach (var tensor in file.Tensors)
        {
            // Older converters wrote the rotation frequencies of each layer; they follow from the metadata.
            if (!_used.Contains(tensor.Name) && !tensor.Name.EndsWith(".rot_embd.weight", StringComparison.Ordinal) && !tensor.Name.EndsWith("attn_rot_embd", StringComparison.Ordinal))
            {
                throw new GgufFormatException($"the tensor {tensor.Name} is not part of a plain Llama model");
            }
        }
    }

    private GgufTensor Take(string name, int rows, int columns)
    {
        var tensor = file.Find(name) ?? throw new GgufFormatException($"the tensor {name} is missing");
        if (!TensorTypes.IsSupported(tensor.Type))
        {
            throw new GgufFormatException($"the tensor {name} has the type {TensorTypes.Name(tensor.Type)}, which is not supported; F32, F16, Q8_0, Q4_0 and Q6_K are");
        }

        if (tensor.Rows != rows || tensor.Columns != columns)
        {
            throw new GgufFormatException($"the tensor {name} has the shape {tensor.Shape}; [{columns}, {rows}] is expected");
        }

        _used.Add(name);
        Elements += tensor.Elements;
        return tensor;
    }
}
