using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server;
using Switchboard.Server.Storage.Redis;
using Switchboard.Testing.Stores;

namespace Switchboard.Tests.Server.Storage;

/// <summary>The shared state as the application has it.</summary>
public sealed class SharedStatesTests
{
    [Fact]
    public async Task Without_a_setting_it_is_in_the_process()
    {
        await using var gateway = await ServedGateway.StartAsync();

        Assert.IsType<MemorySharedState>(gateway.Services.GetRequiredService<ISharedState>());
    }

    [Fact]
    public async Task With_a_redis_it_is_there_before_the_first_request_and_outlives_a_change_of_the_configuration()
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["scripted"] = new() { Type = "scripted" } },
            Storage = new() { Shared = new Secret(redis.Url), SharedTimeout = TimeSpan.FromSeconds(5) },
        };
        RedisSharedState state;
        await using (var gateway = await ServedGateway.StartAsync(configuration: configuration))
        {
            state = Assert.IsType<RedisSharedState>(gateway.Services.GetRequiredService<ISharedState>());

            // A gateway waits two seconds for it before it starts, which a busy machine may need more than.
            await Redis.RedisFixture.UntilAsync(() => state.IsAvailable, "it is there");
            gateway.Services.GetRequiredService<GatewayRuntime>().Take(configuration with { Limits = new() { WhenUnavailable = UnavailableHandling.Refuse } });
            Assert.Same(state, gateway.Services.GetRequiredService<ISharedState>());
            await redis.KillAsync();
            await Redis.RedisFixture.UntilAsync(() => !state.IsAvailable, "it is seen to be away");

            Assert.Equal(ReserveOutcome.Unavailable, (await state.Counters.ReserveAsync(new CounterTake[] { new(Counter.Concurrent("c"), 1, 1) })).Outcome);
        }

        Assert.False(state.IsAvailable);
    }

    [Fact]
    public async Task A_redis_that_is_away_does_not_keep_the_gateway_from_starting()
    {
        await using var gateway = await ServedGateway.StartAsync(configuration: new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["scripted"] = new() { Type = "scripted" } },
            Storage = new() { Shared = new Secret("redis://127.0.0.1:1") },
        });

        using var answer = await gateway.Client.GetAsync("/live", TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
