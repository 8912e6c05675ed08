using System.Net;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Tests.Server.Endpoints;

public sealed class AnswerTests
{
    private const string Good = """{"model":"parrot","messages":[{"role":"user","content":"Hi"}]}""";

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/chat/completions")]
    public async Task A_call_reaches_the_provider_and_its_bytes_come_back(string path)
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var response = await gateway.PostAsync(path, Good);

        Assert.Equal(Good, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains("route;dur=", Assert.Single(response.Headers.GetValues("Server-Timing")), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_stream_is_marked_for_every_buffer_on_its_way()
    {
        await using var gateway = await ServedGateway.StartAsync(new ScriptedProvider { Answer = ScriptedProvider.StreamAsync });

        using var response = await gateway.PostAsync("/v1/chat/completions", Good);

        Assert.Equal("data: 1\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
        Assert.True(response.Headers.CacheControl!.NoCache);
        Assert.True(response.Headers.TransferEncodingChunked);
    }

    [Theory]
    [InlineData(503, ErrorTypes.Overloaded, 503, 1.2, 503, "2")]
    [InlineData(503, ErrorTypes.Overloaded, 529, 0.001, 529, "1")]
    [InlineData(503, ErrorTypes.Upstream, 529, null, 503, "1")]
    [InlineData(429, ErrorTypes.RateLimit, 503, null, 429, "1")]
    [InlineData(502, ErrorTypes.Upstream, 503, null, 502, null)]
    public async Task Every_refusal_for_want_of_room_says_when_to_come_again(int status, string type, int overloadStatus, double? retrySeconds, int expectedStatus, string? expectedRetry)
    {
        var error = new GatewayError(status, new ErrorBody("No.", type), retrySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        var provider = new ScriptedProvider { Answer = (_, _) => new(GatewayOutcome.Failed(error)) };
        await using var gateway = await ServedGateway.StartAsync(provider, new ServerSettings { OverloadStatus = overloadStatus });

        using var response = await gateway.PostAsync("/v1/chat/completions", Good);

        Assert.Equal(expectedStatus, (int)response.StatusCode);
        Assert.Equal(expectedRetry, response.Headers.TryGetValues("Retry-After", out var values) ? Assert.Single(values) : null);
    }

    [Fact]
    public async Task An_unexpected_exception_is_a_500_without_its_details()
    {
        var provider = new ScriptedProvider { Answer = (_, _) => throw new InvalidOperationException("a secret detail") };
        await using var gateway = await ServedGateway.StartAsync(provider);

        using var response = await gateway.PostAsync("/v1/chat/completions", Good);

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Equal((500, ErrorTypes.Api), (error.Status, error.Type));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Contains(Assert.Single(response.Headers.GetValues("x-request-id")), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_after_the_head_cuts_the_connection()
    {
        var provider = new ScriptedProvider
        {
            Answer = async (call, cancellationToken) =>
            {
                await call.Sink.Commit(AnswerHead.EventStream).WriteAsync("data: 1\n\n"u8.ToArray(), cancellationToken);
                throw new InvalidOperationException();
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => gateway.PostAsync("/v1/chat/completions", Good));
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_the_call()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new ScriptedProvider
        {
            Answer = async (_, cancellationToken) =>
            {
                running.SetResult();
                using var registration = cancellationToken.Register(ended.SetResult);
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return GatewayOutcome.Answered;
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var request = gateway.Client.PostAsync("/v1/chat/completions", ServedGateway.Body(Good), leaving.Token);
        await running.Task.WaitAsync(TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Only_headers_meant_for_a_provider_are_handed_on()
    {
        IReadOnlyList<KeyValuePair<string, string>> forwarded = [];
        var provider = new ScriptedProvider
        {
            Answer = (call, cancellationToken) =>
            {
                forwarded = call.ForwardedHeaders;
                return ScriptedProvider.RepeatAsync(call, cancellationToken);
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider);
        gateway.Client.DefaultRequestHeaders.Add("OpenAI-Beta", "x=1");
        gateway.Client.DefaultRequestHeaders.Add("Authorization", "Bearer caller");
        gateway.Client.DefaultRequestHeaders.Add("Cookie", "a=b");

        using var response = await gateway.PostAsync("/v1/chat/completions", Good);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([new("openai-beta", "x=1")], forwarded);
    }
}
