using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Testing.Time;
using Switchboard.Tests.Budgets;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay.Http;

/// <summary>What runs alone: it counts what the whole process allocates, and others would count in.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

/// <summary>A stream's way from a socket to the caller, event by event.</summary>
[Collection<Alone>]
public sealed class SocketAllocationTests
{
    private const int Events = 10_000;

    private static readonly byte[] s_event = Encoding.ASCII.GetBytes(
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}""" + "\n\n");

    private static readonly byte[] s_chunk = [.. Encoding.ASCII.GetBytes($"{s_event.Length:x}\r\n"), .. s_event, .. "\r\n"u8];

    private readonly DiscardingSink _sink = new();
    private long _sent;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_costs_no_garbage()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var connection = new UpstreamConnection("up", new Uri($"http://{listener.LocalEndpoint}/v1"), new ProviderSettings { Type = "openai" });
        var call = new GatewayCall { Operation = ApiOperation.ChatCompletions, Path = "chat/completions", Facts = new("m", 0..0, Stream: true, IncludeUsage: false, Choices: 1), RequestId = "r", Sink = _sink };
        using var relay = new PassedStream(connection, TimeProvider.System, NullLogger.Instance, call, StreamKind.Choices);
        var running = relay.RunAsync(connection.CreateRequest("chat/completions"), Token).AsTask();
        using var socket = await listener.AcceptSocketAsync(Token).AsTask().WithinAsync("a connection", Token);
        await socket.ReceiveAsync(new byte[4096], Token);
        await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), Token);

        // The first rounds fill pools and let the compiler finish.
        Push(socket, 3000);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Push(socket, Events);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        socket.Close();
        await running.WithinAsync("the end", Token);

        AllocationBudget.Check("relay_event_from_a_socket", (double)allocated / Events);
    }

    private void Push(Socket socket, int count)
    {
        for (var i = 0; i < count; i++)
        {
            socket.Send(s_chunk);
            _sent += s_event.Length;
            while (_sink.Bytes < _sent)
            {
                Token.ThrowIfCancellationRequested();
                Thread.Yield();
            }
        }
    }
}
