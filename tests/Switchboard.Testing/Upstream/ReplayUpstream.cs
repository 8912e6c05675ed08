using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Switchboard.Testing.Time;

namespace Switchboard.Testing.Upstream;

/// <summary>
/// The other end for tests: an HTTP/1.1 server on a loopback socket that records what it is asked, answers from
/// recordings, scripts or canned text, and misbehaves on command. It is a socket and not Kestrel because Kestrel keeps
/// one from sending what is wrong.
/// </summary>
public sealed partial class ReplayUpstream : IUpstreamScript, IAsyncDisposable
{
    private readonly ConcurrentDictionary<UpstreamConnection, Task> _connections = new();
    private readonly ConcurrentQueue<UpstreamRequest> _requests = new();
    private readonly Channel<UpstreamRequest> _arrivals = Channel.CreateUnbounded<UpstreamRequest>();
    private readonly Channel<UpstreamRequest> _departures = Channel.CreateUnbounded<UpstreamRequest>();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly List<Task> _accepting = [];
    private Socket _listener;
    private int _connectionCount;
    private int _requestCount;

    private ReplayUpstream()
    {
        _listener = Bind(0);
        var port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        RootUrl = new Uri($"http://127.0.0.1:{port}/");
        BaseUrl = new Uri($"http://127.0.0.1:{port}/v1");
        AcceptConnections();
    }

    /// <summary>The address as an OpenAI client takes it, with <c>/v1</c>.</summary>
    public Uri BaseUrl { get; }

    /// <summary>The address without a path, for providers with other paths.</summary>
    public Uri RootUrl { get; }

    /// <summary>The requests so far, in the order of arrival.</summary>
    public IReadOnlyList<UpstreamRequest> Requests => [.. _requests];

    /// <summary>How many connections were made so far.</summary>
    public int Connections => Volatile.Read(ref _connectionCount);

    /// <summary>How many connections are open now.</summary>
    public int OpenConnections => _connections.Values.Count(connection => !connection.IsCompleted);

    /// <summary>What went wrong while an answer was made, as in a test's own handler; those requests were answered with 500.</summary>
    public IReadOnlyList<Exception> Failures => [.. _failures];

    /// <summary>Starts an upstream on a free port; without more it answers every OpenAI path it knows with canned text.</summary>
    public static ReplayUpstream Start() => new();

    /// <summary>Each call gives the next request in the order of arrival, waiting for it where needed.</summary>
    public Task<UpstreamRequest> WaitForRequestAsync(CancellationToken cancellationToken) =>
        _arrivals.Reader.ReadAsync(cancellationToken).AsTask().WithinAsync("a request", cancellationToken);

    /// <summary>Each call gives the next request whose client went away before its answer was whole.</summary>
    public Task<UpstreamRequest> WaitForDisconnectAsync(CancellationToken cancellationToken) =>
        _departures.Reader.ReadAsync(cancellationToken).AsTask().WithinAsync("a client to go away", cancellationToken);

    /// <summary>Closes the port, as if the server were down; the port stays ours, so that no other process takes it.</summary>
    public void RefuseConnections()
    {
        _listener.Dispose();
        foreach (var connection in _connections.Keys)
        {
            connection.Stop();
        }

        // Bound and not listening: a connection is refused.
        _listener = Bind(RootUrl.Port);
    }

    /// <summary>Opens the port (again).</summary>
    public void AcceptConnections()
    {
        _listener.Listen(512);
        _accepting.Add(AcceptAsync(_listener));
    }

    /// <summary>Resets all connections and gives the port back.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await Task.WhenAll(_accepting);
        foreach (var connection in _connections.Keys)
        {
            connection.Stop();
        }

        await Task.WhenAll(_connections.Values).WithinAsync("the upstream's connections to end", CancellationToken.None);
    }

    void IUpstreamScript.Received(UpstreamRequest request)
    {
        request.Number = Interlocked.Increment(ref _requestCount);
        _requests.Enqueue(request);
        _arrivals.Writer.TryWrite(request);
    }

    void IUpstreamScript.Ended(UpstreamRequest request, ExchangeEnd end)
    {
        request.End(end);
        if (end == ExchangeEnd.ClientLeft)
        {
            _departures.Writer.TryWrite(request);
        }
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync();
                socket.NoDelay = true;
                var connection = new UpstreamConnection(socket, this, Interlocked.Increment(ref _connectionCount));
                _connections[connection] = connection.RunAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The port was closed: that is how accepting ends.
        }
    }
}
