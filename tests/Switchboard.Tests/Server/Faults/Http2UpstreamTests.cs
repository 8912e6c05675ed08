using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Faults;

/// <summary>
/// A provider that speaks HTTP/2 and goes away. Providers do so over TLS, where it is agreed; here the requests are
/// sent as HTTP/2 outright, since nothing else differs. (Over plain HTTP the gateway speaks HTTP/1.1: nothing tells
/// beforehand whether a server would understand more.)
/// </summary>
public sealed class Http2UpstreamTests : IAsyncDisposable
{
    private const string First = """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}""";
    private const string Last = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RecordingSink _sink = new();
    private Func<HttpContext, Task> _end = _ => Task.CompletedTask;
    private WebApplication? _upstream;
    private int _connections;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _goOn.TrySetResult();
        await _upstream!.StopAsync(new CancellationToken(canceled: true));
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task GOAWAY_lets_the_stream_come_to_its_end()
    {
        using var provider = await StartAsync();
        _end = context => WriteAsync(context, Last);
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await _sink.Committed.WithinAsync("the first event", Token);

        // Kestrel stops as HTTP/2 has it: GOAWAY first, then it waits for the streams.
        var stopping = _upstream!.StopAsync(Token);
        _goOn.SetResult();

        Assert.False((await running.WithinAsync("the call", Token)).IsError);
        Assert.Equal(ServerSentEvents.Data(First) + ServerSentEvents.Data(Last) + ServerSentEvents.Done, await _sink.ReadAllAsync());
        await stopping;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_or_a_connection_that_is_aborted_is_one_error_event_and_the_next_call_is_answered(bool wholeConnection)
    {
        using var provider = await StartAsync();
        _end = context =>
        {
            if (wholeConnection)
            {
                context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
            }
            else
            {
                context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode: 2);
            }

            return Task.CompletedTask;
        };
        var running = provider.RunAsync(Calls.Chat(stream: true, sink: _sink), Token).AsTask();
        await _sink.Committed.WithinAsync("the first event", Token);
        _goOn.SetResult();
        await running.WithinAsync("the call", Token);
        _end = context => WriteAsync(context, Last);
        var next = new RecordingSink();
        var outcome = await provider.RunAsync(Calls.Chat(stream: true, sink: next), Token);

        var text = await _sink.ReadAllAsync();
        Assert.StartsWith(ServerSentEvents.Data(First) + "data: {\"error\":", text, StringComparison.Ordinal);
        Assert.EndsWith("\"code\":\"upstream_incomplete\"}}\n\n", text, StringComparison.Ordinal);
        Assert.False(outcome.IsError);
        Assert.EndsWith(ServerSentEvents.Done, await next.ReadAllAsync(), StringComparison.Ordinal);
        Assert.Equal(wholeConnection ? 2 : 1, _connections);
    }

    private static async Task WriteAsync(HttpContext context, string data)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(ServerSentEvents.Data(data)), Token);
        await context.Response.Body.FlushAsync(Token);
    }

    private async Task<OpenAICompatibleProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => connection =>
            {
                Interlocked.Increment(ref _connections);
                return next(connection);
            });
        }));
        _upstream = builder.Build();
        _upstream.Run(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await WriteAsync(context, First);
            await _goOn.Task;
            await _end(context);
        });
        await _upstream.StartAsync(Token);
        var address = _upstream.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        var connection = new UpstreamConnection("up", new Uri($"{address}/v1"), new ProviderSettings { Type = "openai" }, new Http2Only());
        return new OpenAICompatibleProvider(connection, TimeProvider.System, NullLogger<OpenAICompatibleProvider>.Instance);
    }

    private sealed class Http2Only() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
