using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records;
using Switchboard.Testing.Databases;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Records;

/// <summary>A server of its own, which is killed.</summary>
public sealed class PostgresRecoveryTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_kill_it_is_told_as_away_and_comes_back_by_itself()
    {
        Assert.SkipWhen(PostgresServer.SkipReason is not null, PostgresServer.SkipReason ?? "");
        await using var server = await PostgresServer.StartNewAsync(Ends);
        var url = PostgresUrl.Parse(await server.CreateDatabaseAsync(Ends));
        await using var node = new PostgresDatabase(url, TimeProvider.System, NullLogger.Instance);
        await using var other = new PostgresDatabase(url, TimeProvider.System, NullLogger.Instance);

        // Several connections in the pool, so that more than one is found broken later.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.ReadAsync(session => session.NumberAsync($"SELECT 1 FROM pg_sleep(0.1)"), Ends)));
        await node.ChangeAsync((_, revision) => Task.FromResult(revision), Ends);
        Assert.Equal(1, await other.Changes.WaitBeyondAsync(0, Ends).WithinAsync("the first change", Ends));
        var waiting = other.Changes.WaitBeyondAsync(1, Ends);
        var running = node.ReadAsync(session => session.NumberAsync($"SELECT 1 FROM pg_sleep(30)"), Ends);

        await server.KillAsync();
        await Assert.ThrowsAsync<RecordsUnavailableException>(() => running);
        await Assert.ThrowsAsync<RecordsUnavailableException>(() => node.ChangeAsync((_, revision) => Task.FromResult(revision), Ends));
        await server.StartAsync(Ends);

        Assert.Equal(2, await node.ChangeAsync((_, revision) => Task.FromResult(revision), Ends));
        Assert.Equal(2, await waiting.WithinAsync("the change after the restart", Ends));
    }

    [Fact]
    public async Task A_restart_between_two_statements_is_not_noticed()
    {
        Assert.SkipWhen(PostgresServer.SkipReason is not null, PostgresServer.SkipReason ?? "");
        await using var server = await PostgresServer.StartNewAsync(Ends);
        await using var node = new PostgresDatabase(PostgresUrl.Parse(await server.CreateDatabaseAsync(Ends)), TimeProvider.System, NullLogger.Instance);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.ReadAsync(session => session.NumberAsync($"SELECT 1 FROM pg_sleep(0.1)"), Ends)));

        await server.KillAsync();
        await server.StartAsync(Ends);

        Assert.Equal(1, await node.ChangeAsync((_, revision) => Task.FromResult(revision), Ends));
    }
}
