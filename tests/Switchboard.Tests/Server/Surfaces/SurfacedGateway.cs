using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Surfaces;

/// <summary>A gateway before one upstream that is a provider of every dialect: <c>up</c> (OpenAI's), <c>claude</c>, <c>google</c>; and before the local engine.</summary>
internal sealed class SurfacedGateway : IAsyncDisposable
{
    private SurfacedGateway(ReplayUpstream upstream, ServedGateway gateway) => (Upstream, Gateway) = (upstream, gateway);

    public ReplayUpstream Upstream { get; }

    public ServedGateway Gateway { get; }

    public static async Task<SurfacedGateway> StartAsync(ServerSettings? server = null, Func<ProviderSettings, ProviderSettings>? change = null)
    {
        var upstream = ReplayUpstream.Start();
        return new SurfacedGateway(upstream, await ServedGateway.StartAsync(configuration: new GatewayConfiguration
        {
            Server = server ?? new ServerSettings(),
            Providers = new Dictionary<string, ProviderSettings>
            {
                ["up"] = Of("openai", upstream.BaseUrl, change),
                ["claude"] = Of("anthropic", upstream.BaseUrl, change),
                ["google"] = Of("gemini", new Uri(upstream.RootUrl, "v1beta"), change),
                ["local"] = new() { Type = "local", ModelsDirectory = RepositoryRoot.Combine("models") },
            },
            Models = new Dictionary<string, ModelSettings>
            {
                ["sonnet"] = new() { Deployments = [new DeploymentSettings("claude", "claude-sonnet-4-5")] },
                ["either"] = new() { Deployments = [new DeploymentSettings("claude", "claude-x"), new DeploymentSettings("up", "gpt-x") { Priority = 1 }] },
            },
        }));
    }

    public async Task<HttpResponseMessage> SendAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = ServedGateway.Body(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private static ProviderSettings Of(string type, Uri baseUrl, Func<ProviderSettings, ProviderSettings>? change)
    {
        var settings = new ProviderSettings { Type = type, BaseUrl = baseUrl, ApiKey = new Secret("key-of-the-gateway") };
        return change?.Invoke(settings) ?? settings;
    }
}
