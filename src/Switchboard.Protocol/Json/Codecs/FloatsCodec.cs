using System.Buffers;

namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A JSON array of numbers that are 32-bit floats.</summary>
/// <remarks>A float is written as the double that it is, which is how OpenAI prints them.</remarks>
public readonly struct FloatsCodec : IWireCodec<ReadOnlyMemory<float>>
{
    private const int FirstSize = 1536;

    /// <inheritdoc/>
    public static ReadOnlyMemory<float> Read(ref WireReader reader) => Read(ref reader, out _);

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, ReadOnlyMemory<float> value)
    {
        writer.WriteStartArray();
        foreach (var number in value.Span)
        {
            writer.WriteDouble(number);
        }

        writer.WriteEndArray();
    }

    /// <summary>Reads the numbers, and tells whether each of them was exactly a float.</summary>
    internal static ReadOnlyMemory<float> Read(ref WireReader reader, out bool areExact)
    {
        areExact = true;
        reader.ReadStartArray();
        var numbers = ArrayPool<float>.Shared.Rent(FirstSize);
        try
        {
            var count = 0;
            while (reader.NextElement())
            {
                if (count == numbers.Length)
                {
                    numbers = Grow(numbers);
                }

                var number = reader.ReadDouble();
                var value = (float)number;
                if (!float.IsFinite(value))
                {
                    throw JsonFault.NotAFloat();
                }

                areExact &= value == number;
                numbers[count++] = value;
            }

            return numbers.AsSpan(0, count).ToArray();
        }
        finally
        {
            ArrayPool<float>.Shared.Return(numbers);
        }
    }

    private static float[] Grow(float[] numbers)
    {
        var larger = ArrayPool<float>.Shared.Rent(numbers.Length * 2);
        numbers.CopyTo(larger, 0);
        ArrayPool<float>.Shared.Return(numbers);
        return larger;
    }
}
