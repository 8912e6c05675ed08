using System.Net;
using System.Net.Sockets;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>
/// HTTP/1.1 without TLS, for requests whose body is at hand: the way to a server of models next door. It does for a call
/// what <see cref="HttpClientTransport"/> does, for less: the head is written and read as bytes, and a connection that
/// waits for the next request waits in the same read that will bring its answer.
/// </summary>
internal sealed class Http1Transport : IUpstreamTransport
{
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestIdle = TimeSpan.FromMinutes(1);

    // So that a change of the host's address is noticed.
    private static readonly TimeSpan s_longestLife = TimeSpan.FromMinutes(5);

    // The end of an idle connection that crossed with a request is there at once. What is lost later was worked on.
    private static readonly TimeSpan s_crossing = TimeSpan.FromSeconds(1);

    private readonly DnsEndPoint _host;
    private readonly TimeSpan _connectTimeout;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<Http1Connection> _idle = [];
    private readonly ITimer _sweeping;
    private bool _isDisposed;

    /// <summary>Connections to the host of an address.</summary>
    public Http1Transport(Uri address, TimeSpan connectTimeout, TimeProvider time)
    {
        _host = new DnsEndPoint(address.IdnHost, address.Port);
        _connectTimeout = connectTimeout;
        _time = time;
        _sweeping = time.CreateTimer(static transport => ((Http1Transport)transport!).Sweep(), this, s_sweepEvery, s_sweepEvery);
    }

    /// <inheritdoc/>
    public ValueTask<UpstreamAnswer> SendAsync(UpstreamRequest request, CancellationToken cancellationToken) =>
        TakeIdle() is { } connection
            ? SendOnUsedAsync(connection, request, cancellationToken)
            : SendOnNewAsync(request, cancellationToken);

    /// <summary>Takes a connection back whose answer was read to its end.</summary>
    public void Return(Http1Connection connection)
    {
        connection.AwaitNext();
        if (IsFit(connection))
        {
            lock (_gate)
            {
                if (!_isDisposed)
                {
                    _idle.Add(connection);
                    return;
                }
            }
        }

        connection.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sweeping.Dispose();
        lock (_gate)
        {
            _isDisposed = true;
            _idle.ForEach(connection => connection.Dispose());
            _idle.Clear();
        }
    }

    private async ValueTask<UpstreamAnswer> SendOnUsedAsync(Http1Connection connection, UpstreamRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await connection.SendAsync(request, cancellationToken);
            if (answer is not Http1Answer { Status: 408, IsLast: true })
            {
                return answer;
            }

            // The server's farewell to an idle connection, which crossed with the request (RFC 9110, 15.5.9).
            answer.Dispose();
        }
        catch (IOException) when (!connection.HasAnswered && CanRepeat(connection, request) && !cancellationToken.IsCancellationRequested)
        {
            // It closed the connection without a word, and that crossed with the request.
        }

        return await SendOnNewAsync(request, cancellationToken);
    }

    // Of any other whoever asks decides whether it is worth a second attempt, and counts it.
    private static bool CanRepeat(Http1Connection connection, UpstreamRequest request) => request.Content is null || connection.WorkedFor <= s_crossing;

    private async ValueTask<UpstreamAnswer> SendOnNewAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var connection = new Http1Connection(this, await ConnectAsync(cancellationToken), _time);
        connection.AwaitNext();
        return await connection.SendAsync(request, cancellationToken);
    }

    private async ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_connectTimeout);
        try
        {
            await socket.ConnectAsync(_host, limit.Token);
            return socket;
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            var kind = fault.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
                ? HttpRequestError.NameResolutionError
                : HttpRequestError.ConnectionError;
            throw new HttpRequestException(kind, null, fault);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The one used last: those that are not needed grow old and go.
    private Http1Connection? TakeIdle()
    {
        lock (_gate)
        {
            while (_idle.Count > 0)
            {
                var connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                if (IsFit(connection))
                {
                    return connection;
                }

                connection.Dispose();
            }
        }

        return null;
    }

    private static bool IsFit(Http1Connection connection) => connection.IsWaiting && connection.Age < s_longestLife;

    private void Sweep()
    {
        lock (_gate)
        {
            _idle.RemoveAll(connection =>
            {
                var stays = IsFit(connection) && connection.IdleFor < s_longestIdle;
                if (!stays)
                {
                    connection.Dispose();
                }

                return !stays;
            });
        }
    }
}
