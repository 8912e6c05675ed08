using Switchboard.Engine.Compute;
using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Models;

/// <summary>Reads a tensor's bytes, whose extent was checked, into the layouts of <see cref="Compute"/>.</summary>
internal static unsafe class TensorReader
{
    private const int Q8Bytes = 2 + 32;
    private const int Q4Bytes = 2 + 16;

    public static void ReadFloats(GgufTensor tensor, byte* data, float* target)
    {
        for (var i = 0; i < tensor.Elements; i++)
        {
            target[i] = (TensorType)tensor.Type switch
            {
                TensorType.F32 => ReadFloat(data + (i * 4)),
                TensorType.F16 => ReadHalf(data + (i * 2)),
                _ => throw new GgufFormatException($"the tensor {tensor.Name} has the type {TensorTypes.Name(tensor.Type)}; F32 is expected"),
            };
        }
    }

    public static Matrix ReadMatrix(GgufTensor tensor, byte* data)
    {
        var (rows, columns) = ((int)tensor.Rows, (int)tensor.Columns);
        return (TensorType)tensor.Type switch
        {
            TensorType.F32 => ReadF32(data, rows, columns),
            TensorType.F16 => ReadF16(data, rows, columns),
            TensorType.Q8_0 => ReadQ8(data, rows, columns),
            TensorType.Q4_0 => ReadQ4(data, rows, columns),
            _ => ReadQ6(data, rows, columns),
        };
    }

    private static FloatMatrix ReadF32(byte* data, int rows, int columns)
    {
        var matrix = new FloatMatrix(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++, data += sizeof(float))
            {
                matrix.Set(row, column, ReadFloat(data));
            }
        }

        return matrix;
    }

    private static HalfMatrix ReadF16(byte* data, int rows, int columns)
    {
        var matrix = new HalfMatrix(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++, data += sizeof(ushort))
            {
                matrix.Set(row, column, (ushort)(data[0] | (data[1] << 8)));
            }
        }

        return matrix;
    }

    private static Q8Matrix ReadQ8(byte* data, int rows, int columns)
    {
        var matrix = new Q8Matrix(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var block = 0; block < matrix.Blocks; block++, data += Q8Bytes)
            {
                matrix.SetBlock(row, block, ReadHalf(data), new ReadOnlySpan<sbyte>(data + 2, Activations.BlockLength));
            }
        }

        return matrix;
    }

    private static Q4Matrix ReadQ4(byte* data, int rows, int columns)
    {
        var matrix = new Q4Matrix(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var block = 0; block < matrix.Blocks; block++, data += Q4Bytes)
            {
                matrix.SetBlock(row, block, ReadHalf(data), new ReadOnlySpan<byte>(data + 2, Activations.BlockLength / 2));
            }
        }

        return matrix;
    }

    /// <summary>
    /// llama.cpp's Q4_0 files keep the output matrix in Q6_K. It becomes 8-bit weights: 6 bits with 16 values a scale fit nearly exactly.
    /// </summary>
    private static Q8Matrix ReadQ6(byte* data, int rows, int columns)
    {
        var matrix = new Q8Matrix(rows, columns);
        var values = stackalloc float[Q6Decoder.BlockLength];
        Span<sbyte> integers = stackalloc sbyte[Activations.BlockLength];
        const int Parts = Q6Decoder.BlockLength / Activations.BlockLength;
        for (var row = 0; row < rows; row++)
        {
            for (var block = 0; block < columns / Q6Decoder.BlockLength; block++, data += Q6Decoder.BlockBytes)
            {
                Q6Decoder.Decode(data, values);
                for (var part = 0; part < Parts; part++)
                {
                    var scale = Quantize(values + (part * Activations.BlockLength), integers);
                    matrix.SetBlock(row, (block * Parts) + part, scale, integers);
                }
            }
        }

        return matrix;
    }

    private static float Quantize(float* values, Span<sbyte> integers)
    {
        var largest = 0f;
        for (var i = 0; i < integers.Length; i++)
        {
            largest = MathF.Max(largest, MathF.Abs(values[i]));
        }

        var scale = float.IsFinite(largest) ? largest / 127f : 0;
        for (var i = 0; i < integers.Length; i++)
        {
            integers[i] = scale > 0 ? (sbyte)Math.Clamp(MathF.Round(values[i] / scale), -127, 127) : (sbyte)0;
        }

        return scale;
    }

    private static float ReadFloat(byte* data) => System.Runtime.CompilerServices.Unsafe.ReadUnaligned<float>(data);

    private static float ReadHalf(byte* data) => (float)BitConverter.UInt16BitsToHalf((ushort)(data[0] | (data[1] << 8)));
}
