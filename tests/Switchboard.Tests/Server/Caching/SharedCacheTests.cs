using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Server;
using Switchboard.Testing.Stores;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Storage.Redis;

namespace Switchboard.Tests.Server.Caching;

/// <summary>Two gateways and a real Redis.</summary>
public sealed class SharedCacheTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_gateways_give_each_others_answers_and_go_on_without_redis()
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellationToken: Ends);
        await using var upstream = ReplayUpstream.Start();
        await using var one = await StartAsync(upstream, redis.Url);
        await using var other = await StartAsync(upstream, redis.Url);

        foreach (var stream in new[] { false, true })
        {
            var first = await one.AskAsync(CachedGateway.Body(stream: stream));
            var second = await other.AskAsync(CachedGateway.Body(stream: stream));
            Assert.Equal(("miss", "hit", first.Text), (first.Cache, second.Cache, second.Text));
        }

        Assert.Equal(2, upstream.Requests.Count);
        await redis.KillAsync();

        // What it has itself it gives, and what it has not it asks for.
        Assert.Equal("hit", (await other.AskAsync(CachedGateway.Body())).Cache);
        Assert.Equal("miss", (await other.AskAsync(CachedGateway.Body("new"))).Cache);
        Assert.Equal("miss", (await one.AskAsync(CachedGateway.Body("new"))).Cache);
        Assert.False(await Runtime(one).Answers.FlushAsync(null, null, Ends));
        Assert.Equal("miss", (await one.AskAsync(CachedGateway.Body())).Cache);
    }

    [Fact]
    public async Task Equal_requests_at_two_gateways_are_one_call()
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellationToken: Ends);
        await using var upstream = ReplayUpstream.Start();
        await using var one = await StartAsync(upstream, redis.Url);
        await using var other = await StartAsync(upstream, redis.Url);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.On(CachedGateway.Chat, async (request, _) =>
        {
            await go.Task;
            return one.Answer(request);
        });

        var first = one.AskAsync(CachedGateway.Body());
        await upstream.WaitForRequestAsync(Ends);
        var second = other.AskAsync(CachedGateway.Body());
        await RedisFixture.UntilAsync(() => other.Counts.Misses + other.Counts.Hits == 0 && !second.IsCompleted, "the other gateway waits");
        go.SetResult();

        Assert.Equal((await first).Text, (await second).Text);
        Assert.Equal("hit", (await second).Cache);
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task A_flush_reaches_other_gateways_and_those_that_start_later()
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellationToken: Ends);
        await using var upstream = ReplayUpstream.Start();
        await using var one = await StartAsync(upstream, redis.Url);
        await using var other = await StartAsync(upstream, redis.Url);
        upstream.On(CachedGateway.Chat, one.Answer);
        var old = (await one.AskAsync(CachedGateway.Body())).Text;
        Assert.Equal("hit", (await other.AskAsync(CachedGateway.Body())).Cache);

        Assert.True(await Runtime(one).Answers.FlushAsync(null, "mine", Ends));

        await using (var later = await StartAsync(upstream, redis.Url))
        {
            upstream.On(CachedGateway.Chat, one.Answer);
            Assert.Equal("miss", (await later.AskAsync(CachedGateway.Body())).Cache);
        }

        // Within five seconds, and what it gives until then is the old answer.
        for (var i = 0; (await other.AskAsync(CachedGateway.Body())).Text == old; i++)
        {
            Assert.True(i < 300, "The other gateway never learned of the flush.");
            await Task.Delay(100, Ends);
        }
    }

    private static GatewayRuntime Runtime(CachedGateway gateway) => gateway.Gateway.Services.GetRequiredService<GatewayRuntime>();

    private static Task<CachedGateway> StartAsync(ReplayUpstream upstream, string redis) =>
        CachedGateway.StartAsync(configure: configuration => configuration with { Storage = new StorageSettings { Shared = new Secret(redis), SharedTimeout = TimeSpan.FromSeconds(2) } }, upstream: upstream);
}
