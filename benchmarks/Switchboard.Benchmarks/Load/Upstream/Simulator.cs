using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Switchboard.Benchmarks.Load.Loop;

namespace Switchboard.Benchmarks.Load.Upstream;

/// <summary>The provider: it answers at once with bytes made beforehand, and slow streams when their time has come.</summary>
internal sealed class Simulator : IPollable, IDisposable
{
    private readonly Poller _poller;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly PriorityQueue<SimulatedConnection, long> _due = new();

    public Simulator(Poller poller)
    {
        _poller = poller;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        poller.Add(_listener, this);
    }

    public Uri Address { get; }

    /// <summary>Serves for ever, for loads of other processes.</summary>
    public static int Run()
    {
        var poller = new Poller();
        using var simulator = new Simulator(poller);
        Console.WriteLine(simulator.Address);
        while (true)
        {
            poller.Poll(simulator.SendDue());
        }
    }

    public void OnReady() => _ = new SimulatedConnection(this, _poller, _listener.Accept());

    /// <summary>Sends the events whose time has come.</summary>
    /// <returns>Milliseconds until the next, rounded down; -1 when none is planned.</returns>
    public int SendDue()
    {
        // Those that are planned meanwhile wait for the next turn, though they may be due.
        for (var planned = _due.Count; planned > 0 && _due.TryPeek(out var connection, out var due); planned--)
        {
            var now = Stopwatch.GetTimestamp();
            if (due > now)
            {
                return (int)Stopwatch.GetElapsedTime(now, due).TotalMilliseconds;
            }
            _due.Dequeue();
            connection.SendNext(due);
        }
        return _due.Count == 0 ? -1 : 0;
    }

    public void Dispose() => _listener.Dispose();

    public void Plan(SimulatedConnection connection, long due) => _due.Enqueue(connection, due);
}
