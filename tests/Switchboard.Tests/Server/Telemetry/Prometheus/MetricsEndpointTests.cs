using System.Net;
using System.Net.Http.Headers;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Telemetry.Prometheus;

public sealed class MetricsEndpointTests
{
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private const string Text = "text/plain; version=0.0.4; charset=utf-8";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, Text)]
    [InlineData("*/*", Text)]
    [InlineData("text/plain", Text)]
    [InlineData("application/openmetrics-text", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=2.0.0,text/plain;version=0.0.4;q=0.5", Text)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;version=0.0.4;q=0.5", Text)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0", Text)]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;q=0.3", OpenMetrics)]
    [InlineData("this is \" nothing", Text)]
    public async Task The_page_is_in_the_format_that_is_asked_for(string? accept, string contentType)
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var answer = await gateway.Client.SendAsync(request, Ends);

        Assert.Equal(contentType, answer.Content.Headers.ContentType?.ToString());
        Assert.True(answer.Headers.CacheControl?.NoStore);
        ExpositionPage.Read(await answer.Content.ReadAsStringAsync(Ends), contentType == OpenMetrics);
    }

    [Fact]
    public async Task What_a_call_did_is_on_the_page_by_its_model_and_key()
    {
        var model = $"model-{Guid.NewGuid():N}";
        await using var guarded = await GuardedGateway.StartAsync(change: configuration => configuration with
        {
            Models = new Dictionary<string, ModelSettings> { [model] = new() { Deployments = [new("up", "gpt-4o-mini") { InputPrice = 2, OutputPrice = 3 }] } },
        });
        var (_, key) = await guarded.CreateKeyAsync();
        Assert.Equal(200, await guarded.ChatAsync(key, model));
        Assert.Equal(200, await guarded.ChatAsync(GuardedGateway.Master, model));
        var unknown = $"nobody-{Guid.NewGuid():N}";
        Assert.Equal(404, await guarded.ChatAsync(key, unknown));

        // A call is counted when it is over, which its caller may see a moment before.
        var page = await Poll.ForAsync(() => PageAsync(guarded, GuardedGateway.Master, isOpenMetrics: true), IsWhole, "the calls to be counted", Ends);

        Assert.Equal(1, page.Sample("switchboard_requests_total", ("model", model), ("key", "test"), ("outcome", "answered")).Value);
        Assert.Equal(1, page.Sample("switchboard_requests_total", ("model", model), ("key", "master")).Value);
        var input = page.Sample("switchboard_tokens_total", ("model", model), ("key", "test"), ("type", "input")).Value;
        Assert.True(input > 0);
        Assert.True(page.Sample("switchboard_cost_total", ("model", model), ("key", "test")).Value > 0);
        Assert.True(page.Sample("http_server_request_duration_seconds_count", ("http_route", "/v1/chat/completions"), ("http_response_status_code", "200")).Value >= 2);

        bool IsWhole(ExpositionPage read) =>
            read.Samples.Where(sample => sample.Is("switchboard_requests_total", [("model", model)])).Sum(sample => sample.Value) == 2
            && read.Samples.Any(sample => sample.Is("switchboard_requests_total", [("model", "_other"), ("key", "test")]))
            && read.Samples.Any(sample => sample.Is("http_server_request_duration_seconds_count", [("http_route", "/v1/chat/completions"), ("http_response_status_code", "404")]))
            && read.Samples.Where(sample => sample.Is("http_server_request_duration_seconds_count", [("http_route", "/v1/chat/completions"), ("http_response_status_code", "200")])).Sum(sample => sample.Value) == 2;

        // What has other names elsewhere.
        Assert.Equal(2, page.Sample("openai_api_calls_total", ("model", model), ("status", "answered")).Value);
        Assert.Equal(2 * input, page.Sample("openai_tokens_used_total", ("model", model), ("type", "input")).Value);
        Assert.True(page.Sample("http_requests_total", ("method", "POST"), ("endpoint", "/v1/chat/completions"), ("status", "200")).Value >= 2);
        Assert.Equal(
            page.Samples.Where(sample => sample.Is("http_requests_total", [("method", "POST"), ("endpoint", "/v1/chat/completions")])).Sum(sample => sample.Value),
            page.Sample("http_request_duration_seconds_count", ("method", "POST"), ("endpoint", "/v1/chat/completions")).Value);

        // What callers write, and what is secret, is not on it.
        Assert.DoesNotContain(page.Samples, sample => sample.Labels.Any(label => label.Value.Contains(unknown, StringComparison.Ordinal)));
        Assert.DoesNotContain(page.Samples, sample => sample.Labels.Any(label => label.Value.Contains(key, StringComparison.Ordinal) || label.Value.Contains(GuardedGateway.Master, StringComparison.Ordinal)));
        Assert.True(page.Sample("switchboard_requests_total", ("model", "_other"), ("key", "test"), ("outcome", "failed")).Value >= 1);
    }

    [Fact]
    public async Task What_alarms_are_on_is_there_before_there_is_anything_to_tell()
    {
        await using var gateway = await ServedGateway.StartAsync();

        var page = ExpositionPage.Read(await gateway.Client.GetStringAsync("/metrics", Ends), isOpenMetrics: false);

        Assert.All(
            ["switchboard_ledger_spilled_total", "switchboard_ledger_lost_total", "switchboard_shared_state_away", "switchboard_metrics_overflowed_total"],
            name => Assert.Single(page.Samples, sample => sample.Name == name));
        Assert.Equal(["queue_full", "timeout"], page.Samples.Where(sample => sample.Name == "switchboard_requests_refused_total").Select(sample => sample.Label("reason")).Order());
    }

    [Fact]
    public async Task Where_keys_are_asked_for_it_is_for_administrators()
    {
        await using var guarded = await GuardedGateway.StartAsync();
        var (_, key) = await guarded.CreateKeyAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(guarded, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(guarded, "sk-wrong"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(guarded, key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(guarded, GuardedGateway.Master));
    }

    [Theory]
    [InlineData(MetricsAccess.Open, HttpStatusCode.OK)]
    [InlineData(MetricsAccess.Off, HttpStatusCode.NotFound)]
    public async Task It_can_be_open_and_it_can_be_away(MetricsAccess access, HttpStatusCode status)
    {
        await using var guarded = await GuardedGateway.StartAsync(change: configuration => configuration with { Server = configuration.Server with { Metrics = access } });

        Assert.Equal(status, await StatusAsync(guarded, null));
        Assert.Equal(status, await StatusAsync(guarded, GuardedGateway.Master));
        Assert.Equal(status, await StatusAsync(guarded, "sk-wrong"));
    }

    [Fact]
    public async Task The_head_alone_says_how_much_there_is()
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var answer = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"), Ends);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 1_000);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Ends));
    }

    private static async Task<ExpositionPage> PageAsync(GuardedGateway guarded, string key, bool isOpenMetrics)
    {
        using var answer = await guarded.SendAsync("GET", "/metrics", null, ("Authorization", $"Bearer {key}"), ("Accept", isOpenMetrics ? "application/openmetrics-text" : "text/plain"));
        return ExpositionPage.Read(await answer.Content.ReadAsStringAsync(Ends), isOpenMetrics);
    }

    private static async Task<HttpStatusCode> StatusAsync(GuardedGateway guarded, string? key)
    {
        using var answer = await guarded.SendAsync("GET", "/metrics", null, key is null ? ("x-none", "1") : ("Authorization", new AuthenticationHeaderValue("Bearer", key).ToString()));
        return answer.StatusCode;
    }
}
