using System.Buffers;

namespace Switchboard.Protocol.Json;

/// <summary>An output in memory that is lent for one use: rent, write, take what is written, dispose.</summary>
internal sealed class ScratchWriter : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 4096;
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static ScratchWriter? s_spare;

    private byte[] _buffer = [];
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

    /// <summary>Gives it back, as this thread's spare one unless it has that already.</summary>
    public void Dispose()
    {
        _written = 0;
        if (s_spare is not null || _buffer.Length > LargestKept)
        {
            // A thread is not to keep a large buffer for good.
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        s_spare ??= this;
    }

    private void Reserve(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _written >= needed)
        {
            return;
        }

        var doubled = (int)Math.Min(2L * _buffer.Length, Array.MaxLength);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(FirstSize, doubled), checked(_written + needed)));
        WrittenSpan.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
