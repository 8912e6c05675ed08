using System.Net;
using System.Text;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.CommandLine;

public sealed class StopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StopSignal.Interrupt)]
    [InlineData(StopSignal.Terminate)]
    public async Task Idle_it_ends_at_once_and_well(StopSignal signal)
    {
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions(), Cancellation);

        Assert.Equal(0, await gateway.StopAsync(signal, Cancellation));
    }

    [Fact]
    public async Task A_running_stream_ends_whole_while_new_requests_are_sent_away()
    {
        await using var upstream = ReplayUpstream.Start().HoldEvents();
        await using var gateway = await StartAsync(upstream);
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        using var streaming = await StartStreamAsync(client);
        var request = await upstream.WaitForRequestAsync(Cancellation);

        var stopping = gateway.StopAsync(StopSignal.Interrupt, Cancellation);
        await UntilDrainingAsync(client);
        using var refused = await client.PostAsync("/v1/chat/completions", Chat("relay/gpt-4o-mini"), Cancellation);
        request.ReleaseRest();
        var answer = await streaming.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.True(refused.Headers.Contains("Retry-After"));
        Assert.Contains("\"code\":\"draining\"", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", answer, StringComparison.Ordinal);
        Assert.Equal(0, await stopping);
    }

    [Fact]
    public async Task A_stream_that_outlasts_the_drain_is_told_so_and_the_end_is_a_good_one()
    {
        await using var upstream = ReplayUpstream.Start().HoldEvents();
        await using var gateway = await StartAsync(upstream, "server: { drain_timeout: 0s }");
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        using var streaming = await StartStreamAsync(client);

        var code = await gateway.StopAsync(StopSignal.Terminate, Cancellation);

        var answer = await streaming.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("\"code\":\"server_shutting_down\"}}\n\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", answer, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task A_second_interrupt_ends_it_at_once()
    {
        await using var upstream = ReplayUpstream.Start().HoldEvents();
        await using var gateway = await StartAsync(upstream);
        using var client = new HttpClient { BaseAddress = gateway.RootUrl };
        using var streaming = await StartStreamAsync(client);

        var first = gateway.StopAsync(StopSignal.Interrupt, Cancellation);
        await UntilDrainingAsync(client);

        Assert.Equal(130, await gateway.StopAsync(StopSignal.Interrupt, Cancellation));
        await first;
    }

    private static Task<GatewayProcess> StartAsync(ReplayUpstream upstream, string more = "") => GatewayProcess.StartAsync(
        new GatewayProcessOptions { Configuration = $$"""
            providers: { relay: { type: openai, base_url: "{{upstream.BaseUrl}}", commit_after: 0s } }
            {{more}}
            """ },
        Cancellation);

    private static Task<HttpResponseMessage> StartStreamAsync(HttpClient client)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Chat("relay/gpt-4o-mini", stream: true) };
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static async Task UntilDrainingAsync(HttpClient client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeLimit.Default);
        while (true)
        {
            using var ready = await client.GetAsync("/ready", limit.Token);
            if (ready.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return;
            }

            await Task.Delay(10, limit.Token);
        }
    }

    private static StringContent Chat(string model, bool stream = false) => new(
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hi"}],"stream":{{(stream ? "true" : "false")}}}""",
        Encoding.UTF8,
        "application/json");
}
