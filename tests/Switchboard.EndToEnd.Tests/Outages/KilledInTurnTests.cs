using Switchboard.Testing.Databases;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Stores;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Outages;

/// <summary>Two gateways under load on one Redis and one PostgreSQL, of which each is killed (<c>kill -9</c>) and started again.</summary>
public sealed class KilledInTurnTests : IDisposable
{
    // So many answers between two events, of each gateway.
    private const int Stretch = 100;
    private const long Limit = 1_000_000;
    private const decimal Cost = 0.00000315m;
    private const string Master = "planted-master-key-0123456789abcdefgh";

    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-outage-").FullName;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_is_counted_twice_and_only_a_killed_gateway_loses_what_it_had_not_written()
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        Assert.SkipWhen(PostgresServer.SkipReason is not null, PostgresServer.SkipReason ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellationToken: Ends);
        await using var postgres = await PostgresServer.StartNewAsync(Ends);
        await using var upstream = ReplayUpstream.Start();
        var configuration = Configuration(redis, await postgres.CreateDatabaseAsync(Ends), upstream);
        await using var survivor = await StartAsync("survivor", configuration);
        await using var mortal = await StartAsync("mortal", configuration);
        using var admin = new OutageAdmin(Master, Ends);
        var (id, key) = await admin.CreateKeyAsync(survivor, Limit);
        await Poll.UntilAsync(() => admin.KnowsAsync(mortal, key), "the key at the other gateway", Ends);
        await using var spared = new OutageLoad("spared", survivor, key);
        await using var doomed = new OutageLoad("doomed", mortal, key);
        Task PassAsync(OutageLoad other) => Task.WhenAll(spared.PassAsync(Stretch, Ends), other.PassAsync(Stretch, Ends));

        await PassAsync(doomed);
        var (_, written) = await admin.SumsAsync(survivor);
        await redis.KillAsync();
        await PassAsync(doomed);
        await redis.StartAgainAsync(Ends);
        await Poll.UntilAsync(async () => await redis.CountKeysAsync(Ends) > 0, "counters at Redis", Ends);
        await PassAsync(doomed);

        await postgres.KillAsync();
        await PassAsync(doomed);
        string[] untold = [.. spared.Answered, .. doomed.Answered];
        await postgres.StartAsync(Ends);
        await InLedgerAsync(admin, survivor, untold);
        await PassAsync(doomed);

        string[] told = [.. doomed.Answered];
        await InLedgerAsync(admin, survivor, told);
        await PassAsync(doomed);
        Assert.Empty(doomed.Failures);
        await mortal.KillAsync();
        await PassAsync(spared);
        await doomed.StopAsync();
        await using var heir = await StartAsync("mortal", configuration);
        await Poll.UntilAsync(() => admin.KnowsAsync(heir, key), "the key at the gateway that came back", Ends);
        await using var reborn = new OutageLoad("reborn", heir, key);
        await PassAsync(reborn);
        await spared.StopAsync();
        await reborn.StopAsync();

        // No call failed but those that the killed gateway had in hand.
        Assert.Empty(spared.Failures);
        Assert.Empty(reborn.Failures);
        await InLedgerAsync(admin, survivor, [.. spared.Answered, .. reborn.Answered]);
        var ledger = await admin.LedgerAsync(survivor);
        var known = ledger.ToHashSet();
        Assert.Equal(known.Count, ledger.Count);
        Assert.Subset(new HashSet<string>([.. spared.Begun, .. reborn.Begun, .. doomed.Begun]), known);
        Assert.Superset(new HashSet<string>([.. spared.Answered, .. reborn.Answered, .. told]), known);

        // What the killed gateway lost are its last calls: of each caller, none is missing before one that is there.
        Assert.All(doomed.All, caller => Assert.DoesNotContain(caller.Answered.SkipWhile(known.Contains), known.Contains));
        Assert.Equal((ledger.Count, ledger.Count * Cost), await admin.SumsAsync(survivor));

        // The counter of the budget has no call twice, and all that was in the ledger before Redis lost it.
        Assert.InRange(await admin.SpentAsync(survivor), written, (spared.Begun.Count + reborn.Begun.Count + doomed.Begun.Count) * Cost);
        await SameTotalsAsync(redis, admin, survivor, heir, id, key);
    }

    /// <summary>Without load nothing is on its way: a Redis that comes back empty is told by the ledger, and both gateways then count on from there, exactly.</summary>
    private static async Task SameTotalsAsync(RedisProcess redis, OutageAdmin admin, GatewayProcess one, GatewayProcess other, string id, string key)
    {
        await redis.KillAsync();
        await redis.StartAgainAsync(Ends);
        using var caller = new OutageCaller("last", key);
        await Poll.UntilAsync(
            async () =>
            {
                // A row must be there before the next call: what Redis does not know it asks the ledger for.
                await InLedgerAsync(admin, one, [await caller.AskOnceAsync(one)]);
                await InLedgerAsync(admin, one, [await caller.AskOnceAsync(other)]);
                var left = await admin.RemainingAsync(one, id);
                return await redis.CountKeysAsync(Ends) > 0 && left < Limit && left == await admin.RemainingAsync(other, id);
            },
            "one count of both",
            Ends);

        Assert.Empty(caller.Failures);
        var (_, cost) = await admin.SumsAsync(one);
        await Poll.UntilAsync(async () => await admin.SpentAsync(one) == cost && await admin.SpentAsync(other) == cost, "the total at Redis", Ends);
    }

    private static Task InLedgerAsync(OutageAdmin admin, GatewayProcess gateway, string[] ids) =>
        Poll.UntilAsync(async () => (await admin.SumsAsync(gateway)).Requests >= ids.Length && (await admin.LedgerAsync(gateway)).ToHashSet().IsSupersetOf(ids), "all rows in the ledger", Ends);

    // Where rows wait while the database is away outlives the process, as it does in earnest.
    private Task<GatewayProcess> StartAsync(string name, string configuration) =>
        GatewayProcess.StartAsync(new GatewayProcessOptions { Configuration = configuration.Replace("SPILL", Path.Combine(_folder, name), StringComparison.Ordinal) }, Ends);

    private string Configuration(RedisProcess redis, string database, ReplayUpstream upstream)
    {
        var facts = Path.Combine(_folder, "facts.json");
        File.WriteAllText(facts, """{"providers":{"relay":{"gpt-4o-mini":{"prices":{"input":0.15,"output":0.6}}}}}""");
        return $$"""
            access: { master_key: {{Master}} }
            model_data: {{facts}}
            storage:
              records: {{database}}
              shared: {{redis.Url}}
              shared_timeout: 5s
              spill: SPILL
            providers:
              relay: { type: openai, base_url: {{upstream.BaseUrl}}, api_key: sk-up }
            """;
    }
}
