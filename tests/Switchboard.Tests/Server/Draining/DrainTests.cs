using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Draining;

namespace Switchboard.Tests.Server.Draining;

public sealed class DrainTests
{
    private const string Good = """{"model":"parrot","messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task While_it_stops_running_requests_end_and_new_ones_are_sent_away()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new ScriptedProvider
        {
            Answer = async (call, cancellationToken) =>
            {
                running.SetResult();
                await release.Task.WaitAsync(cancellationToken);
                return await ScriptedProvider.RepeatAsync(call, cancellationToken);
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider);
        var request = gateway.PostAsync("/v1/chat/completions", Good);
        await running.Task.WaitAsync(TestContext.Current.CancellationToken);

        var stopping = gateway.StopAsync();
        using var refused = await gateway.PostAsync("/v1/chat/completions", Good);
        using var ready = await gateway.Client.GetAsync("/ready", TestContext.Current.CancellationToken);
        using var live = await gateway.Client.GetAsync("/live", TestContext.Current.CancellationToken);
        release.SetResult();
        using var finished = await request;
        await stopping;

        Assert.Equal("draining", (await ErrorAnswer.ReadAsync(refused)).Code);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (refused.StatusCode, refused.Headers.Contains("Retry-After")));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (ready.StatusCode, ready.Headers.Contains("Retry-After")));
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.OK, finished.StatusCode);
    }

    [Fact]
    public async Task A_request_that_outlasts_the_drain_is_cut()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new ScriptedProvider
        {
            Answer = async (_, cancellationToken) =>
            {
                running.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return GatewayOutcome.Answered;
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider, new() { DrainTimeout = TimeSpan.Zero });
        var request = gateway.PostAsync("/v1/chat/completions", Good);
        await running.Task.WaitAsync(TestContext.Current.CancellationToken);

        await gateway.StopAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
        Assert.Equal(0, gateway.Services.GetRequiredService<DrainState>().Running);
    }

    [Fact]
    public void Nothing_running_is_idle_at_once()
    {
        var state = new DrainState();
        Assert.True(state.TryEnter());
        state.Leave();

        state.Begin();

        Assert.True(state.WhenIdle.IsCompleted);
        Assert.False(state.TryEnter());
    }
}
