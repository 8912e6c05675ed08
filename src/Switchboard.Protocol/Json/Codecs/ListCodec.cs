using System.Buffers;
using System.Runtime.InteropServices;

namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A JSON array whose elements are of one kind.</summary>
/// <typeparam name="T">What an element is in .NET.</typeparam>
/// <typeparam name="TCodec">How an element is read and written.</typeparam>
public readonly struct ListCodec<T, TCodec> : IWireCodec<IReadOnlyList<T>>
    where TCodec : IWireCodec<T>
{
    private const int Few = 8;

    /// <inheritdoc/>
    public static IReadOnlyList<T> Read(ref WireReader reader)
    {
        reader.ReadStartArray();
        if (!reader.NextElement())
        {
            return [];
        }

        // Most lists of the wire are short: those are gathered on the stack.
        var few = default(FewElements);
        var count = 0;
        do
        {
            if (count == Few)
            {
                return ReadMany(ref reader, few);
            }

            few[count++] = TCodec.Read(ref reader);
        }
        while (reader.NextElement());

        return few[..count].ToArray();
    }

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, IReadOnlyList<T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartArray();
        switch (value)
        {
            case T[] array:
                WriteSpan(ref writer, array);
                break;
            case List<T> list:
                WriteSpan(ref writer, CollectionsMarshal.AsSpan(list));
                break;
            default:
                foreach (var element in value)
                {
                    TCodec.Write(ref writer, element);
                }

                break;
        }

        writer.WriteEndArray();
    }

    private static void WriteSpan(ref WireWriter writer, ReadOnlySpan<T> elements)
    {
        foreach (var element in elements)
        {
            TCodec.Write(ref writer, element);
        }
    }

    // The reader stands on the element after those that are read.
    private static T[] ReadMany(ref WireReader reader, scoped ReadOnlySpan<T> read)
    {
        var elements = ArrayPool<T>.Shared.Rent(read.Length * 4);
        var count = read.Length;
        read.CopyTo(elements);
        try
        {
            do
            {
                if (count == elements.Length)
                {
                    elements = Grow(elements);
                }

                elements[count++] = TCodec.Read(ref reader);
            }
            while (reader.NextElement());

            return elements.AsSpan(0, count).ToArray();
        }
        finally
        {
            Return(elements);
        }
    }

    private static T[] Grow(T[] elements)
    {
        var larger = ArrayPool<T>.Shared.Rent(elements.Length * 2);
        elements.CopyTo(larger, 0);
        Return(elements);
        return larger;
    }

    private static void Return(T[] elements) =>
        ArrayPool<T>.Shared.Return(elements, clearArray: RuntimeHelpers.IsReferenceOrContainsReferences<T>());

    [InlineArray(Few)]
    private struct FewElements
    {
        private T _first;
    }
}
