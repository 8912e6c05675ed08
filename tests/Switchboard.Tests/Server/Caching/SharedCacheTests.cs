using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server;
using Switchboard.Testing.Stores;
using Switchboard.Testing.Time;
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
            await SharedAsync(redis.Url, stream ? 2 : 1);
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
        await other.RunningAsync(1);
        go.SetResult();

        Assert.Equal((await first).Text, (await second).Text);
        Assert.Equal("hit", (await second).Cache);
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task An_answer_that_was_shared_between_the_look_and_the_lock_is_not_asked_for_again()
    {
        await using var upstream = ReplayUpstream.Start();
        await using var memory = new MemorySharedState(TimeProvider.System);
        await using var one = await CachedGateway.StartAsync(upstream: upstream, services: services => services.AddSingleton<ISharedState>(new Interrupted(memory, () => Task.CompletedTask)));
        await using var other = await CachedGateway.StartAsync(upstream: upstream, services: services => services.AddSingleton<ISharedState>(new Interrupted(memory, async () =>
        {
            await one.AskAsync(CachedGateway.Body());
            await one.IdleAsync();
        })));

        var answer = await other.AskAsync(CachedGateway.Body());

        Assert.Equal("hit", answer.Cache);
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

    // An answer is shared when it has left, which its caller may see a moment earlier. Nobody waits for a stream.
    private static Task SharedAsync(string redis, int count) => Poll.UntilAsync(
        async () => (await RedisFixture.AskAsync(redis, "KEYS", "*cache:7:answers:*")).Items.Count == count, $"{count} answers to be shared", Ends);

    private static GatewayRuntime Runtime(CachedGateway gateway) => gateway.Gateway.Services.GetRequiredService<GatewayRuntime>();

    private static Task<CachedGateway> StartAsync(ReplayUpstream upstream, string redis) =>
        CachedGateway.StartAsync(configure: configuration => configuration with { Storage = new StorageSettings { Shared = new Secret(redis), SharedTimeout = TimeSpan.FromSeconds(10) } }, upstream: upstream);

    /// <summary>A state of several gateways, at which something happens before the first lock is taken.</summary>
    private sealed class Interrupted(ISharedState state, Func<Task> happens) : ISharedState, ISharedLocks
    {
        private Func<Task>? _happens = happens;

        public ISharedCounters Counters => state.Counters;

        public ISharedCache Cache => state.Cache;

        public ISharedLocks Locks => this;

        public async ValueTask<SharedLock?> TryTakeAsync(string name, TimeSpan life)
        {
            if (Interlocked.Exchange(ref _happens, null) is { } before)
            {
                await before();
            }

            return await state.Locks.TryTakeAsync(name, life);
        }

        public ValueTask DisposeAsync() => default;
    }
}
