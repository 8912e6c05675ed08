using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Switchboard.Engine.Gguf;

/// <summary>Reads little-endian values from mapped memory. Every read is checked against the end.</summary>
internal unsafe ref struct GgufCursor(byte* data, long length)
{
    /// <summary>A key or token longer than this is a damaged length, not a text; chat templates are the longest texts of a file.</summary>
    private const ulong LongestString = 16 << 20;

    /// <summary>The largest vocabularies have a quarter of a million entries.</summary>
    private const ulong MostElements = 16 << 20;

    public long Position { get; private set; }

    public readonly long Remaining => length - Position;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining)
        {
            throw new GgufFormatException($"the file ends early: {count} bytes wanted at offset {Position}, but only {Remaining} are left");
        }

        var span = new ReadOnlySpan<byte>(data + Position, count);
        Position += count;
        return span;
    }

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public T Read<T>()
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.AsRef(in Take(sizeof(T))[0]));

    public string ReadString()
    {
        var count = ReadUInt64();
        if (count > LongestString || (long)count > Remaining)
        {
            throw new GgufFormatException($"a text of {count} bytes at offset {Position - 8} does not fit into the file");
        }

        return Encoding.UTF8.GetString(Take((int)count));
    }

    /// <summary>Reads a count of things that take at least <paramref name="leastBytes"/> each; more than the file can hold is a fault.</summary>
    public int ReadCount(string what, int leastBytes)
    {
        var count = ReadUInt64();
        if (count > (ulong)(Remaining / leastBytes) || count > MostElements)
        {
            throw new GgufFormatException($"{count} {what} do not fit into the file");
        }

        return (int)count;
    }
}
