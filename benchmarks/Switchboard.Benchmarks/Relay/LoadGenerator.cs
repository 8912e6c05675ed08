using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Switchboard.Benchmarks.Relay;

/// <summary>
/// Keeps a number of connections busy, one request at a time each, from one thread that polls them: on a machine of
/// few cores the generator must take as little as it can from what it measures.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private const int MaxRequests = 100_000;

    private readonly Dictionary<Socket, LoadConnection> _connections;
    private readonly List<Socket> _readable;
    private readonly Traffic _traffic;

    public LoadGenerator(Uri address, Traffic traffic, int connections)
    {
        _traffic = traffic;
        byte[] request = [.. Encoding.ASCII.GetBytes(
            "POST /v1/chat/completions HTTP/1.1\r\n" +
            $"Host: {address.Authority}\r\n" +
            "Accept: application/json\r\n" +
            "Content-Type: application/json\r\n" +
            "User-Agent: OpenAI/Python 2.8.1\r\n" +
            "Authorization: Bearer sk-none\r\n" +
            $"Content-Length: {traffic.Request.Length}\r\n\r\n"), .. traffic.Request];
        _connections = Enumerable.Range(0, connections)
            .Select(_ => new LoadConnection(address, request, traffic.Answer.Length))
            .ToDictionary(connection => connection.Socket);
        _readable = new List<Socket>(connections);
    }

    /// <summary>Runs for that long, and ends with the last answer.</summary>
    public LoadResult Run(TimeSpan duration)
    {
        var latencies = new List<double>(4096);
        var start = Stopwatch.GetTimestamp();
        foreach (var connection in _connections.Values)
        {
            connection.Send();
        }
        var (sent, busy) = (_connections.Count, _connections.Count);
        while (busy > 0)
        {
            _readable.Clear();
            _readable.AddRange(_connections.Keys);
            Socket.Select(_readable, null, null, TimeSpan.FromSeconds(10));
            if (_readable.Count == 0)
            {
                throw new TimeoutException("No connection answered for 10 s.");
            }
            foreach (var socket in _readable)
            {
                var connection = _connections[socket];
                if (!connection.Receive())
                {
                    continue;
                }
                var arrived = _traffic.IsStream ? connection.FirstByte : Stopwatch.GetTimestamp();
                latencies.Add(Stopwatch.GetElapsedTime(connection.Sent, arrived).TotalMilliseconds);
                if (Stopwatch.GetElapsedTime(start) < duration && sent < MaxRequests)
                {
                    sent++;
                    connection.Send();
                }
                else
                {
                    busy--;
                }
            }
        }
        return new LoadResult(latencies, Stopwatch.GetElapsedTime(start));
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Values)
        {
            connection.Dispose();
        }
    }
}

/// <summary>What one round saw.</summary>
/// <param name="Latencies">Milliseconds from the sending of each request to its answer; of a stream, to its first event.</param>
/// <param name="Elapsed">From the first request to the last answer.</param>
internal sealed record LoadResult(IReadOnlyList<double> Latencies, TimeSpan Elapsed)
{
    public double RequestsPerSecond => Latencies.Count / Elapsed.TotalSeconds;
}
