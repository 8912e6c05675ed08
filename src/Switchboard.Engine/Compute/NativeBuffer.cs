using System.Runtime.InteropServices;

namespace Switchboard.Engine.Compute;

/// <summary>
/// Zeroed memory outside the garbage-collected heap, aligned to a cache line. The owner disposes it when no thread computes any more;
/// a forgotten one is freed by its finalizer.
/// </summary>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private T* _data;

    public NativeBuffer(long length)
    {
        Length = length;
        var bytes = checked((nuint)length * (nuint)sizeof(T));
        _data = (T*)NativeMemory.AlignedAlloc(Math.Max(bytes, Alignment), Alignment);
        NativeMemory.Clear(_data, bytes);
        GC.AddMemoryPressure(Math.Max(1, length * sizeof(T)));
    }

    ~NativeBuffer() => Free();

    public long Length { get; }

    public T* Data => _data;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_data is not null)
        {
            NativeMemory.AlignedFree(_data);
            _data = null;
            GC.RemoveMemoryPressure(Math.Max(1, Length * sizeof(T)));
        }
    }
}
