using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Client;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>A real server on loopback whose connections follow scripts: the first the first, and further ones the last.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Func<HttpContext, Task>[] _scripts;
    private readonly ConcurrentQueue<Exception> _faults = new();
    private int _connections;

    private SocketServer(WebApplication application, Func<HttpContext, Task>[] scripts)
    {
        _application = application;
        _scripts = scripts;
    }

    /// <summary>The handshakes that came: path with query, and the headers.</summary>
    public ConcurrentQueue<(string Target, Dictionary<string, string> Headers)> Handshakes { get; } = new();

    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <summary>A server that opens a websocket for each connection and closes it when the script is over.</summary>
    public static Task<SocketServer> StartAsync(params Func<ServerSocket, Task>[] scripts) => StartRawAsync([.. scripts.Select(Accepting)]);

    public static Func<HttpContext, Task> Accepting(Func<ServerSocket, Task> script) => async context =>
    {
        var socket = await ServerSocket.AcceptAsync(context);
        await script(socket);
    };

    public static async Task<SocketServer> StartRawAsync(params Func<HttpContext, Task>[] scripts)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.UseWebSockets();
        var server = new SocketServer(application, scripts);
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        return server;
    }

    /// <summary>A client of this server.</summary>
    public SwitchboardClient Connect(Action<SwitchboardClientOptions>? change = null)
    {
        var options = new SwitchboardClientOptions { ApiKey = "sk-secret-key", BaseUrl = new Uri(Address, "v1"), ReadsEnvironment = false, MaxRetries = 0 };
        change?.Invoke(options);
        return new SwitchboardClient(options);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();

        // What a script found wrong is what the test found wrong.
        Assert.Empty(_faults);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Handshakes.Enqueue((context.Request.Path + context.Request.QueryString, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        var script = _scripts[Math.Min(Interlocked.Increment(ref _connections), _scripts.Length) - 1];
        try
        {
            await script(context).WithinAsync("a script of the server", TestContext.Current.CancellationToken);
        }
        catch (Exception fault) when (fault is Xunit.Sdk.XunitException or TimeoutException)
        {
            _faults.Enqueue(fault);
        }
    }
}
