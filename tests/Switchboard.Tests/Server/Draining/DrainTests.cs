using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;
using Switchboard.Server.Draining;

namespace Switchboard.Tests.Server.Draining;

public sealed class DrainTests
{
    private const string Good = """{"model":"parrot","messages":[{"role":"user","content":"Hi"}]}""";

    private static readonly ServerSettings s_noPatience = new() { DrainTimeout = TimeSpan.Zero };

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
    public async Task A_request_that_outlasts_the_drain_gets_503()
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
        await using var gateway = await ServedGateway.StartAsync(provider, s_noPatience);
        var request = gateway.PostAsync("/v1/chat/completions", Good);
        await running.Task.WaitAsync(TestContext.Current.CancellationToken);

        await gateway.StopAsync();

        using var answer = await request;
        var error = await ErrorAnswer.ReadAsync(answer);
        Assert.Equal((503, "overloaded_error", "server_shutting_down"), (error.Status, error.Type, error.Code));
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
        Assert.Equal(0, gateway.Services.GetRequiredService<DrainState>().Running);
    }

    [Fact]
    public async Task An_answer_that_is_still_checked_when_the_drain_ends_is_told_as_any_other()
    {
        var checking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new ScriptedProvider
        {
            Answer = async (call, cancellationToken) =>
            {
                if (call.Facts.Model.EndsWith("judge", StringComparison.Ordinal))
                {
                    checking.SetResult();
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }

                await call.Sink.Commit(new AnswerHead(200, "application/json")).WriteAsync("""{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"""u8.ToArray(), cancellationToken);
                return GatewayOutcome.Answered;
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider, configuration: new GatewayConfiguration
        {
            Server = s_noPatience,
            Providers = new Dictionary<string, ProviderSettings> { [provider.Name] = new() { Type = "scripted" } },
            Guardrails = [new GuardrailSettings { Name = "moderation", Check = GuardrailCheck.Moderation, Action = GuardrailAction.Refuse, On = GuardrailSide.Output, Model = "scripted/judge", Ask = ModerationQuestion.Chat }],
        });
        var request = gateway.PostAsync("/v1/chat/completions", Good);
        await checking.Task.WaitAsync(TestContext.Current.CancellationToken);

        await gateway.StopAsync();

        using var answer = await request;
        var error = await ErrorAnswer.ReadAsync(answer);
        Assert.Equal((503, "server_shutting_down"), (error.Status, error.Code));
    }

    [Fact]
    public async Task A_stream_that_outlasts_the_drain_ends_with_one_error_event()
    {
        var provider = new ScriptedProvider
        {
            Answer = async (call, cancellationToken) =>
            {
                var output = call.Sink.Commit(AnswerHead.EventStream);
                await output.WriteAsync("data: 1\n\n"u8.ToArray(), cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return GatewayOutcome.Answered;
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider, s_noPatience);
        using var answer = await SendAsync(gateway);

        await gateway.StopAsync();

        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("data: 1\n\ndata: {\"error\":{", text, StringComparison.Ordinal);
        Assert.EndsWith("\"code\":\"server_shutting_down\"}}\n\n", text, StringComparison.Ordinal);
        Assert.Single(text.Split("\n\n"), e => e.Contains("error", StringComparison.Ordinal));

        // An SDK that reads the event knows that another attempt is worth it.
        var data = text.Split("\n\n")[1]["data: ".Length..];
        Assert.Equal(ApiErrorKind.Overloaded, ApiError.Read(System.Text.Encoding.UTF8.GetBytes(data)).GetKind(0));
    }

    [Fact]
    public async Task Half_of_any_other_answer_is_cut()
    {
        var provider = new ScriptedProvider
        {
            Answer = async (call, cancellationToken) =>
            {
                var output = call.Sink.Commit(new AnswerHead(200, "audio/mpeg"));
                await output.WriteAsync("ID3"u8.ToArray(), cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return GatewayOutcome.Answered;
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider, s_noPatience);
        using var answer = await SendAsync(gateway);

        await gateway.StopAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_is_still_sending_a_body_gets_503()
    {
        await using var gateway = await ServedGateway.StartAsync(server: s_noPatience);
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(),
            TestContext.Current.CancellationToken);
        var state = gateway.Services.GetRequiredService<DrainState>();
        await UntilAsync(() => state.Running == 1);

        await gateway.StopAsync();

        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 503 Service Unavailable", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static Task<HttpResponseMessage> SendAsync(ServedGateway gateway)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = ServedGateway.Body(Good) };
        return gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
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
