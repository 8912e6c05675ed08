using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Routing;

/// <summary>A served gateway over several upstreams; its model <c>m</c> is at each of them, one after the other.</summary>
internal sealed class RoutedGateway : IAsyncDisposable
{
    private RoutedGateway(ReplayUpstream[] upstreams, ServedGateway gateway)
    {
        Upstreams = upstreams;
        Gateway = gateway;
    }

    public ReplayUpstream[] Upstreams { get; }

    public ServedGateway Gateway { get; }

    public static async Task<RoutedGateway> StartAsync(
        int count,
        Func<ModelSettings, ModelSettings>? row = null,
        Func<DeploymentSettings, DeploymentSettings>? deployment = null,
        Func<GatewayConfiguration, GatewayConfiguration>? change = null,
        TimeProvider? time = null)
    {
        var upstreams = Enumerable.Range(0, count).Select(_ => ReplayUpstream.Start()).ToArray();
        var deployments = upstreams.Select((_, place) => new DeploymentSettings(NameOf(place), $"m-{NameOf(place)}") { Priority = place });
        var model = new ModelSettings { Deployments = [.. deployments.Select(one => deployment?.Invoke(one) ?? one)] };
        var gateway = await ServedGateway.OverAsync(
            upstreams.Select((upstream, place) => (NameOf(place), upstream.BaseUrl)),
            configuration =>
            {
                configuration = configuration with { Models = new Dictionary<string, ModelSettings> { ["m"] = row?.Invoke(model) ?? model } };
                return change?.Invoke(configuration) ?? configuration;
            },
            services => services.AddSingleton(time ?? TimeProvider.System));
        return new RoutedGateway(upstreams, gateway);
    }

    public async Task<HttpResponseMessage> SendAsync(bool stream = false, string model = "m", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = ServedGateway.Body(RelayedGateway.Chat(stream, model)) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>A header of ours; null where there is none.</summary>
    public static string? Of(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues($"x-switchboard-{name}", out var values) ? Assert.Single(values) : null;

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (var upstream in Upstreams)
        {
            await upstream.DisposeAsync();
        }
    }

    private static string NameOf(int place) => $"{(char)('a' + place)}";
}
