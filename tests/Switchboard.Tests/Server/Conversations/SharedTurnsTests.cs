using Switchboard.Gateway.Configuration;
using Switchboard.Tests.Server.Storage.Records;
using Switchboard.Tests.Server.Storage.Redis;

namespace Switchboard.Tests.Server.Conversations;

/// <summary>Turns over gateways that share a database and a Redis.</summary>
[Collection(RedisFixture.Collection)]
public sealed class SharedTurnsTests(RedisFixture redis)
{
    private const string Id = "0198c0de-0000-7000-8000-00000000abcd";

    [Fact]
    public async Task Turns_of_two_gateways_wait_for_each_other()
    {
        await using var test = TestDatabase.OnSqlite();
        await using var here = await StartAsync(test);
        await using var there = await StartAsync(test);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? here : there).MustSayAsync($"m{i}", Id)));

        Assert.Equal(20, (await here.MessagesAsync(Id)).Count);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (2 * i) + 1), here.Asked.Concat(there.Asked).Select(chat => TalkingGateway.Texts(chat).Count).Order());
    }

    private Task<TalkingGateway> StartAsync(TestDatabase test) => TalkingGateway.StartAsync(test.Address, configuration => configuration with
    {
        Storage = configuration.Storage with { Shared = new Secret(redis.Server.Url), SharedTimeout = TimeSpan.FromSeconds(5) },
    });
}
