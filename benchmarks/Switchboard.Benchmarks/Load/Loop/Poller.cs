using System.Net.Sockets;

namespace Switchboard.Benchmarks.Load.Loop;

/// <summary>Many sockets, one thread (epoll): generator and upstream share one core, so neither may cost a thread switch.</summary>
internal sealed class Poller
{
    private readonly int _poll = Posix.CreatePoll();
    private readonly byte[] _events = new byte[512 * Posix.EventSize];
    private readonly List<IPollable?> _watched = [];

    /// <summary>Where everything that is read comes first: one thread needs one buffer.</summary>
    public byte[] Scratch { get; } = new byte[256 * 1024];

    /// <returns>The number by which the socket is known here.</returns>
    public int Add(Socket socket, IPollable pollable)
    {
        _watched.Add(pollable);
        Posix.Watch(_poll, isNew: true, (int)socket.Handle, writable: false, _watched.Count - 1);
        return _watched.Count - 1;
    }

    public void Watch(int index, Socket socket, bool writable) => Posix.Watch(_poll, isNew: false, (int)socket.Handle, writable, index);

    /// <summary>Before the socket is closed; numbers are not given twice, so an event that is still on its way finds nothing.</summary>
    public void Remove(int index) => _watched[index] = null;

    /// <summary>Serves what is ready.</summary>
    /// <param name="milliseconds">How long to wait for something, 0 for not at all.</param>
    public void Poll(int milliseconds)
    {
        var count = Posix.Wait(_poll, _events, milliseconds);
        for (var i = 0; i < count; i++)
        {
            _watched[Posix.IndexOf(_events, i)]?.OnReady();
        }
    }
}
