using System.Text;

namespace Switchboard.Tests.Engine;

/// <summary>Writes GGUF files for tests: any metadata, any tensors, and broken ones on purpose.</summary>
internal sealed class GgufWriter
{
    private readonly List<(string Key, Action<BinaryWriter> Value)> _metadata = [];
    private readonly List<(string Name, long[] Shape, uint Type, byte[] Data)> _tensors = [];

    public const uint F32 = 0, F16 = 1, Q4_0 = 2, Q8_0 = 8;

    public GgufWriter Set(string key, object value)
    {
        Remove(key);
        _metadata.Add((key, writer => WriteValue(writer, value)));
        return this;
    }

    public GgufWriter Remove(string key)
    {
        _metadata.RemoveAll(entry => entry.Key == key);
        return this;
    }

    public GgufWriter Tensor(string name, long[] shape, uint type, byte[] data)
    {
        RemoveTensor(name);
        _tensors.Add((name, shape, type, data));
        return this;
    }

    public GgufWriter RemoveTensor(string name)
    {
        _tensors.RemoveAll(tensor => tensor.Name == name);
        return this;
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_metadata.Count);
        foreach (var (key, value) in _metadata)
        {
            WriteText(writer, key);
            value(writer);
        }

        var offset = 0L;
        foreach (var (name, shape, type, data) in _tensors)
        {
            WriteText(writer, name);
            writer.Write(shape.Length);
            Array.ForEach(shape, writer.Write);
            writer.Write(type);
            writer.Write(offset);
            offset += Aligned(data.Length);
        }

        foreach (var (_, _, _, data) in _tensors)
        {
            Pad(stream);
            writer.Write(data);
        }

        Pad(stream);
        return stream.ToArray();
    }

    public string ToFile(string name)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("switchboard-engine-").FullName, name);
        File.WriteAllBytes(path, ToBytes());
        return path;
    }

    private static long Aligned(long length) => (length + 31) / 32 * 32;

    private static void Pad(MemoryStream stream)
    {
        while (stream.Length % 32 != 0)
        {
            stream.WriteByte(0);
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.Write(8u);
                WriteText(writer, text);
                break;
            case int number:
                writer.Write(5u);
                writer.Write(number);
                break;
            case ulong number:
                writer.Write(10u);
                writer.Write(number);
                break;
            case float number:
                writer.Write(6u);
                writer.Write(number);
                break;
            case bool flag:
                writer.Write(7u);
                writer.Write(flag);
                break;
            case string[] texts:
                WriteArray(writer, 8, texts, text => WriteText(writer, text));
                break;
            case float[] numbers:
                WriteArray(writer, 6, numbers, writer.Write);
                break;
            case int[] numbers:
                WriteArray(writer, 5, numbers, writer.Write);
                break;
            default:
                throw new NotSupportedException(value.GetType().Name);
        }
    }

    private static void WriteArray<T>(BinaryWriter writer, uint type, T[] items, Action<T> write)
    {
        writer.Write(9u);
        writer.Write(type);
        writer.Write((ulong)items.Length);
        Array.ForEach(items, write);
    }
}
