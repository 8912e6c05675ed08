using System.Collections.ObjectModel;

namespace Switchboard.Protocol.Json.Codecs;

/// <summary>A JSON object whose members have names of anyone's choice and values of one kind; their order is kept.</summary>
/// <typeparam name="T">What a value is in .NET.</typeparam>
/// <typeparam name="TCodec">How a value is read and written.</typeparam>
public readonly struct MapCodec<T, TCodec> : IWireCodec<IReadOnlyDictionary<string, T>>
    where TCodec : IWireCodec<T>
{
    /// <inheritdoc/>
    public static IReadOnlyDictionary<string, T> Read(ref WireReader reader)
    {
        reader.ReadStartObject();
        OrderedDictionary<string, T>? map = null;
        while (reader.NextMember(out var name))
        {
            map ??= new OrderedDictionary<string, T>(StringComparer.Ordinal);
            if (!map.TryAdd(WireReader.Text(name), TCodec.Read(ref reader)))
            {
                throw JsonFault.Duplicate(name);
            }
        }

        return map is null ? ReadOnlyDictionary<string, T>.Empty : map;
    }

    /// <inheritdoc/>
    public static void Write(ref WireWriter writer, IReadOnlyDictionary<string, T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();

        // The two that maps nearly always are give their members without an enumerator on the heap.
        switch (value)
        {
            case OrderedDictionary<string, T> ordered:
                foreach (var (name, element) in ordered)
                {
                    WriteMember(ref writer, name, element);
                }

                break;
            case Dictionary<string, T> dictionary:
                foreach (var (name, element) in dictionary)
                {
                    WriteMember(ref writer, name, element);
                }

                break;
            default:
                foreach (var (name, element) in value)
                {
                    WriteMember(ref writer, name, element);
                }

                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteMember(ref WireWriter writer, string name, T value)
    {
        writer.WriteName(name);
        TCodec.Write(ref writer, value);
    }
}
