using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Embeddings;

/// <summary>Rows of a Q8_0 tensor. A copy: after loading, a change of the file on disk cannot hurt.</summary>
internal sealed class VectorTable
{
    private const int BlockLength = 32;
    private const int BlockBytes = 2 + BlockLength;

    private readonly byte[] _data;
    private readonly int _blocks;

    public unsafe VectorTable(GgufFile file, GgufTensor tensor)
    {
        if ((TensorType)tensor.Type != TensorType.Q8_0)
        {
            throw new GgufFormatException($"the tensor {tensor.Name} has the type {TensorTypes.Name(tensor.Type)}; Q8_0 is expected");
        }

        _blocks = (int)tensor.Columns / BlockLength;
        Rows = (int)tensor.Rows;
        var length = (long)Rows * _blocks * BlockBytes;
        _data = length <= Array.MaxLength
            ? new ReadOnlySpan<byte>(file.DataOf(tensor), (int)length).ToArray()
            : throw new GgufFormatException($"the tensor {tensor.Name} has {length} bytes, which is too much");
    }

    public int Rows { get; }

    /// <summary>Adds a row, times a factor, to a sum.</summary>
    public void Add(int row, double factor, Span<double> sum)
    {
        var blocks = _data.AsSpan(row * _blocks * BlockBytes, _blocks * BlockBytes);
        for (var i = 0; i < sum.Length; i += BlockLength)
        {
            var block = blocks.Slice(i / BlockLength * BlockBytes, BlockBytes);
            var scale = factor * (double)BinaryPrimitives.ReadHalfLittleEndian(block);
            var values = MemoryMarshal.Cast<byte, sbyte>(block[2..]);
            var target = sum.Slice(i, BlockLength);
            for (var j = 0; j < BlockLength; j++)
            {
                target[j] += scale * values[j];
            }
        }
    }
}
