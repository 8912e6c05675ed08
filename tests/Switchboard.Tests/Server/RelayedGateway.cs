using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server;

/// <summary>A served gateway with a replaying upstream behind it, as provider <c>up</c>.</summary>
internal sealed class RelayedGateway : IAsyncDisposable
{
    public const string Key = "sk-of-the-gateway";

    private RelayedGateway(ReplayUpstream upstream, ServedGateway gateway)
    {
        Upstream = upstream;
        Gateway = gateway;
    }

    public ReplayUpstream Upstream { get; }

    public ServedGateway Gateway { get; }

    public static async Task<RelayedGateway> StartAsync(Func<ProviderSettings, ProviderSettings>? change = null, TimeProvider? time = null)
    {
        var upstream = ReplayUpstream.Start();
        var settings = new ProviderSettings { Type = "openai", BaseUrl = upstream.BaseUrl, ApiKey = new Secret(Key) };
        var gateway = await ServedGateway.StartAsync(
            services: services => services.AddSingleton(time ?? TimeProvider.System),
            configuration: new GatewayConfiguration
            {
                Providers = new Dictionary<string, ProviderSettings> { ["up"] = change?.Invoke(settings) ?? settings },
            });
        return new RelayedGateway(upstream, gateway);
    }

    public static string Chat(bool stream = false, string model = "up/m") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hi"}],"stream":{{(stream ? "true" : "false")}}}""";

    public async Task<HttpResponseMessage> SendAsync(string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = ServedGateway.Body(body) };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value), name);
        }

        return await Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
