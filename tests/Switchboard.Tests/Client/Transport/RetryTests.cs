using System.Globalization;
using Switchboard.Client;
using Switchboard.Protocol.Errors;
using Switchboard.Testing.Misbehaviours;

namespace Switchboard.Tests.Client.Transport;

/// <summary>Which answers are tried again, and after how long: the table of docs/client.md.</summary>
public sealed class RetryTests
{
    private const string Error = """{"error":{"message":"No.","type":"some_error","param":null,"code":null}}""";

    [Theory]
    [InlineData(429, "retry-after-ms: 1500", 1500)]
    [InlineData(429, "retry-after: 1", 1000)]
    [InlineData(429, "retry-after: 1.5", 1500)]
    [InlineData(429, "retry-after-ms: 200|retry-after: 3", 200)]
    [InlineData(503, "retry-after: 120", 120_000)]
    [InlineData(400, "x-should-retry: true|retry-after-ms: 7", 7)]
    public async Task WaitsAsLongAsTheServerAsks(int status, string headers, int milliseconds)
    {
        await using var test = ClientUnderTest.Start();
        for (var i = 0; i < 2; i++)
        {
            test.Upstream.Reply(status, Error, [.. headers.Split('|').Select(header => header.Split(": ")).Select(pair => (pair[0], pair[1]))]);
        }

        var result = await test.ChatAsync();

        Assert.Equal(2, result.Retries);
        Assert.Equal([milliseconds, milliseconds], test.Clock.Waits.Select(wait => (int)wait.TotalMilliseconds));
        Assert.Equal(["0", "1", "2"], test.Upstream.Requests.Select(request => request.Header("x-stainless-retry-count")));
    }

    [Fact]
    public async Task WaitsUntilTheDateThatTheServerNames()
    {
        await using var test = ClientUnderTest.Start();
        var date = test.Clock.GetUtcNow().AddSeconds(100).ToString("R", CultureInfo.InvariantCulture);
        test.Upstream.Reply(429, Error, ("Retry-After", date));

        await test.ChatAsync();

        Assert.InRange(Assert.Single(test.Clock.Waits).TotalSeconds, 60, 100);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(529)]
    public async Task BacksOffByItself(int status)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.Status(status));

        var fault = await Assert.ThrowsAnyAsync<ApiStatusException>(() => test.ChatAsync());

        Assert.Equal(status, fault.Status);
        Assert.Equal(2, fault.Retries);
        Assert.Equal(3, test.Upstream.Requests.Count);
        Assert.InRange(test.Clock.Waits[0].TotalSeconds, 0.375, 0.5);
        Assert.InRange(test.Clock.Waits[1].TotalSeconds, 0.75, 1);
    }

    [Theory]
    [InlineData(400, "")]
    [InlineData(401, "")]
    [InlineData(403, "")]
    [InlineData(404, "")]
    [InlineData(422, "")]
    [InlineData(500, "x-should-retry: false")]
    [InlineData(429, "retry-after: 130")]
    [InlineData(429, "retry-after-ms: 120001")]
    public async Task TriesNoMore(int status, string header)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(status, Error, header.Length == 0 ? [] : [(header.Split(": ")[0], header.Split(": ")[1])]);

        var fault = await Assert.ThrowsAnyAsync<ApiStatusException>(() => test.ChatAsync());

        Assert.Equal(status, fault.Status);
        Assert.Single(test.Upstream.Requests);
        Assert.Empty(test.Clock.Waits);
    }

    [Fact]
    public async Task NeverTriesAgainWithoutQuota()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(429, """{"error":{"message":"You exceeded your quota.","type":"insufficient_quota","code":"insufficient_quota"}}""", ("x-should-retry", "true"));

        var fault = await Assert.ThrowsAsync<ApiRateLimitException>(() => test.ChatAsync());

        Assert.Equal(ApiErrorKind.InsufficientQuota, fault.Kind);
        Assert.False(fault.IsTransient);
        Assert.Single(test.Upstream.Requests);
    }

    [Fact]
    public async Task GrowsItsWaitsUpToEightSeconds()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.Status(500));

        await Assert.ThrowsAsync<ApiServerException>(() => test.ChatAsync(new CallOptions { MaxRetries = 7 }));

        double[] most = [0.5, 1, 2, 4, 8, 8, 8];
        Assert.Equal(7, test.Clock.Waits.Count);
        Assert.All(test.Clock.Waits.Zip(most), pair => Assert.InRange(pair.First.TotalSeconds, pair.Second * 0.75, pair.Second));
    }

    [Theory]
    [InlineData("reset before headers")]
    [InlineData("close before headers")]
    [InlineData("truncated Content-Length body")]
    [InlineData("chunked body without terminator")]
    [InlineData("reset in mid body")]
    public async Task TriesAgainWhenTheConnectionBreaks(string misbehaviour)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.Named(misbehaviour), times: 2);

        var result = await test.ChatAsync();

        Assert.Equal(2, result.Retries);
        Assert.Equal(3, test.Upstream.Requests.Count);
    }

    [Fact]
    public async Task RetriesAStreamUpToItsHead()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.ServerError, times: 1);

        var stream = test.Stream();
        var chunks = await stream.ToListAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(chunks);
        Assert.Equal(2, test.Upstream.Requests.Count);
        Assert.Equal(["0", "1"], test.Upstream.Requests.Select(request => request.Header("x-stainless-retry-count")));
    }

    [Fact]
    public async Task NeverRetriesAStreamThatHasBegun()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.ResetAfterEvents(2));

        await Assert.ThrowsAsync<ApiConnectionException>(async () => await test.Stream().ToListAsync(TestContext.Current.CancellationToken));

        Assert.Single(test.Upstream.Requests);
    }

    [Fact]
    public async Task WaitsNoLongerThanTheCallerDoes()
    {
        var clock = TimeProvider.System;
        await using var test = ClientUnderTest.Start(options => options.TimeProvider = clock);
        test.Upstream.Reply(429, Error, ("retry-after", "60"));
        using var leaving = new CancellationTokenSource();

        var call = test.ChatAsync(cancellationToken: leaving.Token);
        await (await test.Upstream.WaitForRequestAsync(TestContext.Current.CancellationToken)).WaitForEndAsync(TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        var fault = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(leaving.Token, fault.CancellationToken);
    }

    [Fact]
    public async Task SendsTheSameBytesAndIdempotencyKeyAgain()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.ServerError, times: 2);

        await test.ChatAsync(new CallOptions { IdempotencyKey = "once" });

        Assert.All(test.Upstream.Requests, request => Assert.Equal("once", request.Header("Idempotency-Key")));
        Assert.Single(test.Upstream.Requests.Select(request => request.BodyText).Distinct());
    }
}
