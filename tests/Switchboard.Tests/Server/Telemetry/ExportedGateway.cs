using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Telemetry;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Telemetry;

/// <summary>A served gateway whose traces and metrics go to a collector of the test's own, over the upstreams <c>openai</c> and <c>spare</c>.</summary>
internal sealed class ExportedGateway : IAsyncDisposable
{
    public const string Chat = "/v1/chat/completions";

    private ExportedGateway(ServedGateway gateway, ReplayUpstream upstream, ReplayUpstream spare, OtlpReceiver collector) =>
        (Gateway, Upstream, Spare, Collector) = (gateway, upstream, spare, collector);

    public ServedGateway Gateway { get; }

    public ReplayUpstream Upstream { get; }

    public ReplayUpstream Spare { get; }

    public OtlpReceiver Collector { get; }

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public static async Task<ExportedGateway> StartAsync(
        Func<TelemetrySettings, TelemetrySettings>? change = null,
        Func<GatewayConfiguration, GatewayConfiguration>? configure = null,
        bool overHttp = false)
    {
        var collector = await OtlpReceiver.StartAsync();
        var upstream = ReplayUpstream.Start();
        var spare = ReplayUpstream.Start();
        var telemetry = new TelemetrySettings
        {
            Endpoint = overHttp ? collector.Http : collector.Grpc,
            Protocol = overHttp ? OtlpProtocol.Http : OtlpProtocol.Grpc,
            MetricsInterval = TimeSpan.FromMinutes(10),
        };
        var gateway = await ServedGateway.OverAsync([("openai", upstream.BaseUrl), ("spare", spare.BaseUrl)], all =>
        {
            all = all with
            {
                Telemetry = change?.Invoke(telemetry) ?? telemetry,
                Models = new Dictionary<string, ModelSettings>
                {
                    ["mine"] = new() { Deployments = [new("openai", "gpt-4o-mini")], Fallbacks = ["theirs"] },
                    ["theirs"] = new() { Deployments = [new("spare", "gpt-4o")] },
                },
            };
            return configure?.Invoke(all) ?? all;
        });
        return new(gateway, upstream, spare, collector);
    }

    /// <summary>Sends a chat; the answer's text.</summary>
    public async Task<string> ChatAsync(bool stream = false, string model = "mine", string text = "Hi", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat)
        {
            Content = ServedGateway.Body($$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}],"stream":{{(stream ? "true" : "false")}}}"""),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Gateway.Client.SendAsync(request, Ends);
        return await answer.Content.ReadAsStringAsync(Ends);
    }

    /// <summary>Stops the gateway, whereupon it has sent all; the spans of calls, by their parents: <c>POST /v1/… &gt; chat mine &gt; chat gpt-4o-mini</c>.</summary>
    public async Task<IReadOnlyList<ReceivedSpan>> StopAsync()
    {
        await Gateway.StopAsync();
        return Collector.Spans;
    }

    /// <summary>The last point of a metric with these labels.</summary>
    public ReceivedPoint? Point(string name, params (string Label, object Value)[] labels) =>
        Collector.Points.LastOrDefault(point => point.Name == name && labels.All(label => Equals(point[label.Label], label.Value)));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        await Spare.DisposeAsync();
        await Collector.DisposeAsync();
    }
}
