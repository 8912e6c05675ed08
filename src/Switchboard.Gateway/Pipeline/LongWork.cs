namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// What takes long does not run on a thread that serves sockets: the bytes of others wait there. Who is about to do it
/// asks here, and goes on on the thread pool (<see cref="Task.Yield"/>).
/// </summary>
public static class LongWork
{
    /// <summary>Bytes that take longer to read than it takes to change the thread.</summary>
    private const int ManyBytes = 64 * 1024;

    /// <summary>True when as many bytes should be read on another thread than this.</summary>
    public static bool IsElsewhere(int bytes) => bytes > ManyBytes && IsForSockets;

    /// <summary>True on a thread that is none of the pool's.</summary>
    public static bool IsForSockets => !Thread.CurrentThread.IsThreadPoolThread;
}
