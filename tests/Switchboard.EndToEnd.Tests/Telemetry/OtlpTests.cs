using System.Text;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Telemetry;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Telemetry;

public sealed class OtlpTests
{
    private const string Sdk = "OpenTelemetry.dll";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task The_variables_of_OpenTelemetry_are_enough_to_have_traces_and_metrics(string protocol)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await StartAsync(upstream, new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = (protocol == "grpc" ? collector.Grpc : collector.Http).AbsoluteUri,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-test-key=of%20the%20collector",
            ["OTEL_SERVICE_NAME"] = "my-gateway",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
        });

        await ChatAsync(gateway);
        Assert.Equal(0, await gateway.StopAsync(StopSignal.Terminate, Cancellation));

        var server = Assert.Single(collector.Spans, span => span.Scope == "Microsoft.AspNetCore");
        var attempt = Assert.Single(collector.Spans, span => span.Name == "chat gpt-4o-mini");
        Assert.Equal(("POST /v1/chat/completions", "mine", server.SpanId), (server.Name, server["gen_ai.request.model"], attempt.ParentId));
        Assert.Equal(("my-gateway", "test"), (server.Resource["service.name"], server.Resource["deployment.environment.name"]));
        Assert.Equal($"00-{attempt.TraceId}-{attempt.SpanId}-01", Assert.Single(upstream.Requests).Header("traceparent"));
        Assert.Equal("of the collector", collector.Key);
        Assert.Contains(collector.Points, point => point is { Name: "gen_ai.server.request.duration", Count: 1 });
        Assert.Contains(collector.Points, point => point is { Name: "http.server.request.duration", Count: > 0 });
        Assert.Contains(collector.Points, point => point.Name.StartsWith("dotnet.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_an_address_the_SDK_is_not_even_loaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process has loaded is read from /proc.");
        await using var collector = await OtlpReceiver.StartAsync();
        await using var upstream = ReplayUpstream.Start();
        await using var silent = await StartAsync(upstream, []);
        await using var telling = await StartAsync(upstream, new() { ["OTLP_ENDPOINT"] = collector.Grpc.AbsoluteUri });

        await ChatAsync(silent);
        await ChatAsync(telling);

        Assert.Equal((false, true), (Maps(silent).Contains(Sdk, StringComparison.Ordinal), Maps(telling).Contains(Sdk, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_collector_that_is_away_holds_up_neither_calls_nor_the_end()
    {
        await using var away = ReplayUpstream.Start();
        away.RefuseConnections();
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await StartAsync(upstream, new() { ["OTLP_ENDPOINT"] = away.RootUrl.AbsoluteUri });

        await ChatAsync(gateway);

        Assert.Equal(0, await gateway.StopAsync(StopSignal.Terminate, Cancellation));
        Assert.Contains("could not be sent: the collector at", gateway.Errors, StringComparison.Ordinal);
    }

    private static Task<GatewayProcess> StartAsync(ReplayUpstream upstream, Dictionary<string, string> environment) => GatewayProcess.StartAsync(
        new GatewayProcessOptions
        {
            Configuration = $$"""
                storage: { records: ":memory:" }
                providers: { up: { type: openai, base_url: {{upstream.BaseUrl}}, api_key: sk-up } }
                models: { mine: { deployments: [ { provider: up, model: gpt-4o-mini } ] } }
                """,
            Environment = environment,
        },
        Cancellation);

    private static async Task ChatAsync(GatewayProcess gateway)
    {
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        using var body = new StringContent("""{"model":"mine","messages":[{"role":"user","content":"Hi"}]}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), body, Cancellation);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private static string Maps(GatewayProcess gateway) => File.ReadAllText($"/proc/{gateway.Id}/maps");
}
