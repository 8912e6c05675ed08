using System.Buffers;

namespace Switchboard.Protocol.Json;

/// <summary>An output in memory that is lent for one use: rent, write, take what is written, dispose.</summary>
internal sealed class ScratchWriter : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 4096;
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static ScratchWriter? s_spare;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _written;

    private ScratchWriter()
    {
    }

    /// <summary>What is written so far; not to be used after this is disposed.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _written);

    /// <inheritdoc cref="WrittenSpan"/>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _written);

    /// <summary>An empty writer, this thread's spare one where it has it.</summary>
    public static ScratchWriter Rent()
    {
        var writer = s_spare ?? new ScratchWriter();
        s_spare = null;
        return writer;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _written), nameof(count));
        _written += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_written);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_written);
    }

    /// <summary>What is written, as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(WrittenSpan);

    /// <summary>Gives it back. A large buffer goes to the pool: a thread is not to keep it for good.</summary>
    public void Dispose()
    {
        _written = 0;
        if (_buffer.Length > LargestKept)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
        }

        s_spare = this;
    }

    private void Reserve(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _written >= needed)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(checked(_written + Math.Max(needed, (int)Math.Min(_buffer.Length, Array.MaxLength - (long)_written))));
        WrittenSpan.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
