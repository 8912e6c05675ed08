using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;
using Switchboard.Server;
using Switchboard.Server.Configuration;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server;

/// <summary>The endpoints on a real Kestrel on loopback, in this process, over a <see cref="ScriptedProvider"/>.</summary>
internal sealed class ServedGateway : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ServedGateway(WebApplication application, ScriptedProvider provider)
    {
        _application = application;
        Provider = provider;
        // No propagator: what is sent is what a test says, whatever another test that runs beside it listens to.
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { BaseAddress = Address };
    }

    public ScriptedProvider Provider { get; }

    public HttpClient Client { get; }

    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    public IServiceProvider Services => _application.Services;

    /// <summary>The kinds that come with the gateway, <c>scripted</c>, and <c>broken</c>, which cannot be made.</summary>
    public static ProviderRegistry Registry(ScriptedProvider provider) => BuiltInProviders.Registry
        .With("scripted", (_, _, _) => provider)
        .With("broken", (_, _, _) => throw new InvalidOperationException("a bug"));

    public static async Task<ServedGateway> StartAsync(
        ScriptedProvider? provider = null,
        ServerSettings? server = null,
        Action<WebApplication>? map = null,
        Action<IServiceCollection>? services = null,
        GatewayConfiguration? configuration = null,
        LoadedConfiguration? loaded = null)
    {
        provider ??= new ScriptedProvider();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(KestrelLimits.Apply);
        builder.Services.AddSingleton(Registry(provider));
        services?.Invoke(builder.Services);
        if (loaded is not null)
        {
            builder.Services.AddSwitchboard(loaded);
        }
        else
        {
            builder.Services.AddSwitchboard(configuration ?? new GatewayConfiguration
            {
                Server = server ?? new ServerSettings(),
                Providers = new Dictionary<string, ProviderSettings> { [provider.Name] = new() { Type = "scripted" } },
            });
        }

        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        map?.Invoke(application);
        application.MapSwitchboard();
        application.MapSwitchboardFallback();
        await application.StartAsync();
        return new ServedGateway(application, provider);
    }

    /// <summary>The endpoints over upstreams of the test, each a provider of its name; the key of one is <c>sk-NAME</c>.</summary>
    public static Task<ServedGateway> OverAsync(IEnumerable<(string Name, Uri BaseUrl)> upstreams, Func<GatewayConfiguration, GatewayConfiguration>? change = null, Action<IServiceCollection>? services = null)
    {
        var configuration = new GatewayConfiguration
        {
            Providers = upstreams.ToDictionary(one => one.Name, one => new ProviderSettings { Type = "openai", BaseUrl = one.BaseUrl, ApiKey = new Secret($"sk-{one.Name}") }),
        };
        return StartAsync(configuration: change?.Invoke(configuration) ?? configuration, services: services);
    }

    /// <summary>The endpoints over one upstream, the provider <c>openai</c>.</summary>
    public static Task<ServedGateway> OverAsync(ReplayUpstream upstream, Func<GatewayConfiguration, GatewayConfiguration>? change = null, Action<IServiceCollection>? services = null) =>
        OverAsync([("openai", upstream.BaseUrl)], change, services);

    public Task<HttpResponseMessage> PostAsync(string path, string body, string contentType = "application/json") =>
        Client.PostAsync(path, Body(body, contentType), TestContext.Current.CancellationToken);

    public static ByteArrayContent Body(string body, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return content;
    }

    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }
}
