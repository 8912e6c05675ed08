using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Switchboard.Benchmarks.Routing;

/// <summary>A provider that has died: it resets each connection, or takes it and says nothing. It counts who came, and when.</summary>
internal sealed class DeadServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Lock _gate = new();
    private readonly List<long> _visits = [];
    private readonly List<Socket> _held = [];

    public DeadServer(bool isSilent)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        new Thread(() => Accept(isSilent)) { IsBackground = true }.Start();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    /// <summary>How many came after a time.</summary>
    public int VisitsSince(long timestamp)
    {
        lock (_gate)
        {
            return _visits.Count(visit => visit >= timestamp);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_gate)
        {
            _held.ForEach(socket => socket.Dispose());
        }
    }

    private void Accept(bool isSilent)
    {
        try
        {
            while (true)
            {
                var socket = _listener.Accept();
                lock (_gate)
                {
                    _visits.Add(Stopwatch.GetTimestamp());
                    if (isSilent)
                    {
                        _held.Add(socket);
                        continue;
                    }
                }
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The port was closed: that is how it ends.
        }
    }
}
