using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Access;

/// <summary>A served gateway that asks for keys, over an upstream as the providers <c>up</c> and <c>other</c>.</summary>
internal sealed class GuardedGateway : IAsyncDisposable
{
    public const string Master = "planted-master-key-0123456789abcdefgh";

    private GuardedGateway(ServedGateway gateway, ReplayUpstream upstream) => (Gateway, Upstream) = (gateway, upstream);

    public ServedGateway Gateway { get; }

    public ReplayUpstream Upstream { get; }

    public static string Chat(string model = "mine") => $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hi"}]}""";

    public static async Task<GuardedGateway> StartAsync(string? records = null, string? master = Master, Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? services = null, Func<GatewayConfiguration, GatewayConfiguration>? change = null)
    {
        var upstream = ReplayUpstream.Start();
        var provider = new ProviderSettings { Type = "openai", BaseUrl = upstream.BaseUrl, ApiKey = new Secret("sk-of-the-provider") };
        var configuration = new GatewayConfiguration
        {
            Access = new AccessSettings { MasterKey = master is null ? null : new Secret(master) },
            Storage = new StorageSettings { Records = records is null ? null : new Secret(records) },
            Providers = new Dictionary<string, ProviderSettings> { ["up"] = provider, ["other"] = provider },
            Models = new Dictionary<string, ModelSettings>
            {
                ["mine"] = new() { Deployments = [new("up", "gpt-4o-mini")] },
                ["theirs"] = new() { Deployments = [new("other", "gpt-4o-mini")] },
            },
        };
        var gateway = await ServedGateway.StartAsync(services: services, configuration: change?.Invoke(configuration) ?? configuration);
        return new GuardedGateway(gateway, upstream);
    }

    /// <summary>Asks as an administrator, and reads what comes.</summary>
    public async Task<(int Status, JsonElement Json)> AdminAsync(string method, string path, string? body = null, string? key = Master)
    {
        using var answer = await SendAsync(method, "/admin" + path, body, ("Authorization", $"Bearer {key}"));
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    /// <summary>Makes a key.</summary>
    public async Task<(string Id, string Key)> CreateKeyAsync(string more = "")
    {
        var (status, json) = await AdminAsync("POST", "/keys", $$"""{"name":"test"{{more}}}""");
        Assert.True(status == 200, json.ToString());
        return (json.GetProperty("id").GetString()!, json.GetProperty("key").GetString()!);
    }

    /// <summary>Asks for a chat, and says the status.</summary>
    public async Task<int> ChatAsync(string? key, string model = "mine")
    {
        using var answer = await SendAsync("POST", "/v1/chat/completions", Chat(model), key is null ? ("x-none", "1") : ("Authorization", $"Bearer {key}"));
        return (int)answer.StatusCode;
    }

    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : ServedGateway.Body(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
