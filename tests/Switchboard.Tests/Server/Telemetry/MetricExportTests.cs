using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Telemetry;

[Collection(ExportAlone.Name)]
public sealed class MetricExportTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_is_measured_from_both_sides(bool overHttp)
    {
        await using var gateway = await ExportedGateway.StartAsync(overHttp: overHttp);

        await gateway.ChatAsync();
        await gateway.ChatAsync(stream: true);
        await gateway.StopAsync();

        (string, object)[] attempt = [("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4o-mini"), ("switchboard.provider", "openai")];
        Assert.Equal((2L, "s"), (gateway.Point("gen_ai.client.operation.duration", attempt)?.Count, gateway.Point("gen_ai.client.operation.duration", attempt)?.Unit));
        Assert.Equal((2L, 18.0), Told("gen_ai.client.token.usage", [.. attempt, ("gen_ai.token.type", "input")]));
        Assert.Equal((2L, 6.0), Told("gen_ai.client.token.usage", [.. attempt, ("gen_ai.token.type", "output")]));
        (string, object)[] call = [("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "mine")];
        Assert.Equal(2L, gateway.Point("gen_ai.server.request.duration", call)?.Count);
        Assert.Equal(1L, gateway.Point("gen_ai.server.time_to_first_token", call)?.Count);
        Assert.Equal(1L, gateway.Point("gen_ai.server.time_per_output_token", call)?.Count);
        Assert.Equal(2L, gateway.Point("http.server.request.duration", ("http.route", "/v1/chat/completions"), ("http.response.status_code", 200L))?.Count);
        Assert.Equal(2.0, gateway.Point("switchboard.attempts", ("deployment", "openai/gpt-4o-mini"), ("outcome", "answered"))?.Value);
        Assert.Equal(0.0, gateway.Point("switchboard.requests.in_flight", ("limit", "server"))?.Value);
        Assert.Equal(0.0, gateway.Point("switchboard.requests.queued", ("limit", "server"))?.Value);
        Assert.True(gateway.Point("switchboard.cost", ("provider", "openai"), ("model", "mine"))?.Value > 0);

        (long?, double?) Told(string name, (string, object)[] labels) => (gateway.Point(name, labels)?.Count, gateway.Point(name, labels)?.Value);
    }

    [Fact]
    public async Task The_names_of_old_are_there_too()
    {
        await using var gateway = await ExportedGateway.StartAsync();

        await gateway.ChatAsync();
        await gateway.StopAsync();

        Assert.Equal(1.0, gateway.Point("ai.request.count", ("model", "mine"))?.Value);
        Assert.Equal(1L, gateway.Point("ai.request.duration")?.Count);
        Assert.Equal((1L, 12.0), (gateway.Point("ai.token.usage")?.Count, gateway.Point("ai.token.usage")?.Value));
    }

    [Fact]
    public async Task Names_that_callers_make_up_are_no_labels()
    {
        await using var gateway = await ExportedGateway.StartAsync();

        await gateway.ChatAsync(model: "openai/made-up-by-a-caller");
        await gateway.ChatAsync(model: "made-up-by-a-caller");
        await gateway.ChatAsync(model: "openai/gpt-4o");
        await gateway.StopAsync();

        Assert.DoesNotContain(gateway.Collector.Points, point => point.Labels.Values.Any(label => label is string text && text.Contains("made-up", StringComparison.Ordinal)));
        Assert.NotNull(gateway.Point("gen_ai.server.request.duration", ("gen_ai.request.model", "_other"), ("gen_ai.provider.name", "openai")));
        Assert.NotNull(gateway.Point("gen_ai.client.operation.duration", ("gen_ai.request.model", "_other")));

        // What is known to exist may be one.
        Assert.NotNull(gateway.Point("gen_ai.client.operation.duration", ("gen_ai.request.model", "gpt-4o")));
    }

    [Fact]
    public async Task Failures_are_told_by_their_status()
    {
        await using var gateway = await ExportedGateway.StartAsync(configure: all => all with
        {
            Limits = new LimitSettings { Models = new Dictionary<string, AccessLimits> { ["theirs"] = new() { RequestsPerDay = 1 } } },
        });
        gateway.Spare.On(ExportedGateway.Chat, _ => UpstreamAnswer.Json("""{"error":{"message":"down","type":"server_error"}}""", 500));

        await gateway.ChatAsync(model: "theirs");
        await gateway.ChatAsync(model: "theirs");
        await gateway.StopAsync();

        Assert.Equal(1L, gateway.Point("gen_ai.client.operation.duration", ("gen_ai.request.model", "gpt-4o"), ("error.type", "502"))?.Count);
        Assert.Equal(1L, gateway.Point("gen_ai.server.request.duration", ("gen_ai.request.model", "theirs"), ("error.type", "502"))?.Count);
        Assert.Equal(1L, gateway.Point("gen_ai.server.request.duration", ("gen_ai.request.model", "theirs"), ("error.type", "429"))?.Count);
        Assert.Equal(1.0, gateway.Point("switchboard.limits.refused", ("scope", "model"), ("limit", "requests_per_day"))?.Value);
    }

    [Fact]
    public async Task What_is_switched_off_is_not_sent()
    {
        await using var traces = await ExportedGateway.StartAsync(telemetry => telemetry with { Metrics = false });
        await traces.ChatAsync();
        await traces.StopAsync();

        await using var metrics = await ExportedGateway.StartAsync(telemetry => telemetry with { Traces = false });
        await metrics.ChatAsync();
        await metrics.StopAsync();

        await using var nothing = await ExportedGateway.StartAsync(telemetry => telemetry with { Enabled = false });
        await nothing.ChatAsync();
        await nothing.StopAsync();

        Assert.Equal((true, false), (traces.Collector.Spans.Count > 0, traces.Collector.Points.Count > 0));
        Assert.Equal((false, true), (metrics.Collector.Spans.Count > 0, metrics.Collector.Points.Count > 0));
        Assert.Empty(nothing.Collector.Requests);
    }
}
