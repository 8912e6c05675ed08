using System.Runtime.InteropServices;

namespace Switchboard.Benchmarks.Load.Loop;

/// <summary>What the load needs of Linux that .NET does not give: waiting on many sockets in one thread, and cores.</summary>
internal static unsafe partial class Posix
{
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;
    private const int Reset = 104;
    private const int Interrupted = 4;

    // The scheduler's own count of a process: nanoseconds, where /proc has hundredths of a second.
    private const int SchedulerClock = 2;

    // The kernel packs struct epoll_event on x64 alone.
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    /// <summary>Bytes that one event takes in the buffer of <see cref="Wait"/>.</summary>
    public static int EventSize => s_dataOffset + 8;

    public static int CreatePoll() => Checked(epoll_create1(0));

    public static void Watch(int poll, bool isNew, int socket, bool writable, int index)
    {
        const int Add = 1, Modify = 3;
        const uint Readable = 1, Writable = 4;
        var data = stackalloc byte[16];
        *(uint*)data = Readable | (writable ? Writable : 0);
        *(long*)(data + s_dataOffset) = index;
        Checked(epoll_ctl(poll, isNew ? Add : Modify, socket, data));
    }

    /// <returns>The number of events.</returns>
    public static int Wait(int poll, Span<byte> events, int milliseconds)
    {
        fixed (byte* to = events)
        {
            var count = epoll_wait(poll, to, events.Length / EventSize, milliseconds);
            return count < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Checked(count);
        }
    }

    public static int IndexOf(ReadOnlySpan<byte> events, int at) =>
        (int)MemoryMarshal.Read<long>(events[((at * EventSize) + s_dataOffset)..]);

    /// <returns>The number of bytes, 0 at the end of the stream (a reset is one, too), -1 when there are none yet.</returns>
    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* to = buffer)
        {
            return Moved(recv(socket, to, buffer.Length, DoNotWait), whenGone: 0);
        }
    }

    /// <returns>The number of bytes that the socket took, -1 when it takes none yet. Of one that is gone the reading tells.</returns>
    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            return Moved(send(socket, from, bytes.Length, DoNotWait | NoSignal), whenGone: bytes.Length);
        }
    }

    /// <summary>The cores on which the calling thread may run, as bits; those of the first 64.</summary>
    public static ulong GetCores()
    {
        // The kernel wants room for all that a machine can have.
        var cores = stackalloc ulong[16];
        Checked(sched_getaffinity(0, 16 * sizeof(ulong), cores));
        return cores[0];
    }

    /// <param name="thread">Its number, or 0 for the calling one.</param>
    /// <param name="cores">As bits.</param>
    public static void SetCores(int thread, ulong cores) => Checked(sched_setaffinity(thread, sizeof(ulong), &cores));

    /// <summary>User and system time of all threads of a process, those that ended too.</summary>
    public static TimeSpan CpuTime(int process)
    {
        var time = stackalloc long[2];
        Checked(clock_gettime((~process << 3) | SchedulerClock, time));
        return TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1000.0);
    }

    private static int Moved(nint count, int whenGone) => count >= 0 ? (int)count : Marshal.GetLastPInvokeError() switch
    {
        TryAgain => -1,
        Reset or BrokenPipe => whenGone,
        _ => Checked((int)count),
    };

    private static int Checked(int result) =>
        result >= 0 ? result : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int poll, int operation, int socket, byte* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int poll, byte* events, int capacity, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_getaffinity(int thread, nint length, ulong* cores);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_setaffinity(int thread, nint length, ulong* cores);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, long* time);
}
