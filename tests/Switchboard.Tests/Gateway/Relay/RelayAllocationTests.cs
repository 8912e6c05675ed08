using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Tests.Budgets;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class RelayAllocationTests
{
    private const int Events = 10_000;

    private static readonly byte[] s_event = Encoding.UTF8.GetBytes(
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}""" + "\n\n");

    private static readonly byte[] s_end = Encoding.UTF8.GetBytes("""data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n");

    [Fact]
    public async Task An_event_costs_no_garbage_and_one_flush()
    {
        var upstream = new PushStream();
        var sink = new DiscardingSink();
        using var connection = new UpstreamConnection("up", new Uri("http://up/v1"), new ProviderSettings { Type = "openai" }, new OneAnswer(upstream));
        var call = new GatewayCall
        {
            Operation = ApiOperation.ChatCompletions,
            Path = "chat/completions",
            Body = "{}"u8.ToArray(),
            Facts = new("m", 0..0, true, false, 1),
            RequestId = "r",
            Sink = sink,
        };
        using var relay = new PassedStream(connection, TimeProvider.System, NullLogger.Instance, call, StreamKind.Choices);
        var request = connection.CreateRequest("chat/completions");
        var running = relay.RunAsync(request, TestContext.Current.CancellationToken).AsTask();

        // The first rounds fill pools and let the compiler finish.
        Push(upstream, 2000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Push(upstream, Events);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        upstream.Push(s_end);
        upstream.Push([]);
        var outcome = await running;

        Assert.False(outcome.IsError);
        Assert.Equal((2000L + Events) * s_event.Length + s_end.Length, sink.Bytes);
        Assert.Equal(2000 + Events + 1, sink.Flushes);
        AllocationBudget.Check("relay_event", (double)allocated / Events);
    }

    private static void Push(PushStream upstream, int count)
    {
        for (var i = 0; i < count; i++)
        {
            upstream.Push(s_event);
        }
    }

    private sealed class OneAnswer(Stream body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StreamContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") } },
            });
    }
}
