using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Access;
using Switchboard.Server.Storage.Records.Access;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Storage.Records;

namespace Switchboard.Tests.Server.Access;

/// <summary>Gateways on one file of records.</summary>
public sealed class SharedKeysTests
{
    [Fact]
    public async Task A_key_of_one_gateway_is_known_to_the_other_and_refused_there_once_it_is_disabled()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-test-");
        try
        {
            var file = Path.Combine(folder.FullName, "switchboard.db");
            await using var one = await GuardedGateway.StartAsync(file);
            await using var other = await GuardedGateway.StartAsync(file);
            var (id, key) = await one.CreateKeyAsync();

            await UntilAsync(other, key, 200);
            Assert.Equal(200, (await one.AdminAsync("PATCH", $"/keys/{id}", """{"disabled":true}""")).Status);
            Assert.Equal(403, await one.ChatAsync(key));
            await UntilAsync(other, key, 403);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task When_a_key_was_used_last_is_kept_at_a_clean_stop()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-test-");
        try
        {
            var file = Path.Combine(folder.FullName, "switchboard.db");
            string id;
            await using (var one = await GuardedGateway.StartAsync(file))
            {
                (id, var key) = await one.CreateKeyAsync();
                await one.CreateKeyAsync();
                Assert.Equal(200, await one.ChatAsync(key));
                await one.Gateway.StopAsync();
            }

            await using var other = await GuardedGateway.StartAsync(file);
            var list = (await other.AdminAsync("GET", "/keys")).Json.GetProperty("data").EnumerateArray().ToDictionary(key => key.GetProperty("id").GetString()!, key => key.GetProperty("last_used_at"));
            var used = DateTimeOffset.FromUnixTimeSeconds(list[id].GetInt64());
            Assert.InRange(used, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());
            Assert.Single(list.Values, value => value.ValueKind == JsonValueKind.Null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task When_a_key_was_used_last_is_kept_every_minute()
    {
        await using var database = TestDatabase.OnSqlite();
        var (time, text) = (new ManualTimeProvider(), KeyText.Create());
        var records = new AccessRecords(database.Open(), TimeProvider.System);
        await records.AddAsync(text.For("K", time) with { Id = "key_1" }, new AuditNote("test", "key.create"), TestContext.Current.CancellationToken);
        var keeper = new Gatekeeper(new AccessSettings(), time);
        keeper.Take(await records.ReadBeyondAsync(0, TestContext.Current.CancellationToken));
        using var writer = new KeyUseWriter(keeper, records, time, NullLogger<KeyUseWriter>.Instance);
        await writer.StartAsync(TestContext.Current.CancellationToken);

        Assert.Null(keeper.Admit(text.Reveal(), null, out _));
        DateTimeOffset? used = null;
        for (var i = 0; used is null; i++)
        {
            Assert.True(i < 500);
            time.Advance(KeyUseWriter.Interval);
            await Task.Delay(10, TestContext.Current.CancellationToken);
            used = (await records.FindAsync<VirtualKey>("key_1", TestContext.Current.CancellationToken))!.LastUsedAt;
        }

        Assert.Equal(time.Start, used);
        await writer.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task UntilAsync(GuardedGateway gateway, string key, int expected)
    {
        var ends = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (await gateway.ChatAsync(key) is var status && status != expected)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < ends, $"{status} and not {expected}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
