using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records;

namespace Switchboard.Tests.Server.Storage.Records;

[Collection<OnPostgres>]
public sealed class PostgresDatabaseTests(SharedPostgres shared) : SqlDatabaseTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("//postgres:", "//postgres:wrong-planted-", "let the user of storage.records in: correct the user or the password.")]
    [InlineData("/test_", "/nowhere_", "has no database of the name in storage.records: create it.")]
    public async Task What_keeps_it_out_is_told_in_words_and_may_be_mended_meanwhile(string from, string to, string expected)
    {
        await using var test = await CreateAsync();
        await using var database = Open(test.Address.Replace(from, to, StringComparison.Ordinal));

        var fault = await Assert.ThrowsAsync<RecordsUnavailableException>(() => database.ReadAsync(session => session.NumberAsync($"SELECT 1"), Ends));

        Assert.EndsWith(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_options_of_the_URL_hold()
    {
        await using var test = await CreateAsync();

        // What it makes at first may take longer than the options below allow.
        await test.Open().ReadAsync(session => session.NumberAsync($"SELECT 1"), Ends);
        await using var database = Open($"{test.Address}?application_name=of%20the%20test&pool_size=1&connect_timeout=30&command_timeout=3&sslmode=disable&options=-c%20work_mem%3D5MB");

        Assert.Equal(["of the test"], await database.ReadAsync(session => session.QueryAsync($"SHOW application_name", row => row.Text(0)), Ends));
        Assert.Equal(["5MB"], await database.ReadAsync(session => session.QueryAsync($"SHOW work_mem", row => row.Text(0)), Ends));
        var late = await Assert.ThrowsAsync<RecordsUnavailableException>(() => database.ReadAsync(session => session.NumberAsync($"SELECT 1 FROM pg_sleep(20)"), Ends));
        Assert.Contains("did not answer in time", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encryption_that_is_asked_for_and_not_there_is_no_connection()
    {
        await using var test = await CreateAsync();
        await using var database = Open($"{test.Address}?sslmode=require");

        await Assert.ThrowsAsync<RecordsUnavailableException>(() => database.ReadAsync(session => session.NumberAsync($"SELECT 1"), Ends));
    }

    [Fact]
    public async Task Those_who_wait_for_one_that_was_never_reached_wait_together()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var asked = 0;
        var listening = Task.Run(async () =>
        {
            var held = new List<Socket>();
            try
            {
                while (true)
                {
                    held.Add(await mute.AcceptSocketAsync(Ends));
                    Interlocked.Increment(ref asked);
                }
            }
            catch (SocketException)
            {
                held.ForEach(socket => socket.Dispose());
            }
        }, Ends);
        await using (var database = Open($"postgresql://u@127.0.0.1:{((IPEndPoint)mute.LocalEndpoint).Port}/d?connect_timeout=1&sslmode=disable"))
        {
            var reads = Enumerable.Range(0, 12).Select(_ => database.ReadAsync(session => session.NumberAsync($"SELECT 1"), Ends)).ToArray();
            foreach (var read in reads)
            {
                await Assert.ThrowsAsync<RecordsUnavailableException>(() => read);
            }
        }

        mute.Stop();
        await listening;
        Assert.InRange(asked, 1, 11);
    }

    [Fact]
    public async Task Two_that_wait_for_each_other_both_end()
    {
        await using var test = await CreateAsync();
        SqlDatabase one = test.Open(), other = test.Open();
        await one.WriteAsync(async session => { await session.RunScriptAsync("CREATE TABLE pair (id BIGINT PRIMARY KEY, value BIGINT); INSERT INTO pair VALUES (1, 0), (2, 0)"); return 0; }, Ends);
        var both = new Barrier(2);
        Task<int> Raise(SqlDatabase database, long first, long second)
        {
            var tried = 0;
            return database.WriteAsync(
                async session =>
                {
                    await session.ExecuteAsync($"UPDATE pair SET value = value + 1 WHERE id = {first}");
                    if (tried++ == 0)
                    {
                        both.SignalAndWait(Ends);
                    }

                    return await session.ExecuteAsync($"UPDATE pair SET value = value + 1 WHERE id = {second}");
                },
                Ends);
        }

        await Task.WhenAll(Raise(one, 1, 2), Raise(other, 2, 1));

        Assert.Equal([2, 2], await one.ReadAsync(session => session.QueryAsync($"SELECT value FROM pair ORDER BY id", row => row.Number(0)), Ends));
    }

    private static PostgresDatabase Open(string url) => new(PostgresUrl.Parse(url), TimeProvider.System, NullLogger.Instance);

    private protected override Task<TestDatabase> CreateAsync() => TestDatabase.OnPostgresAsync(shared);
}
