using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Records;

/// <summary>What holds on either database.</summary>
public abstract class SqlDatabaseTests : IAsyncLifetime
{
    private static readonly Migration s_things = new("0001-things", "CREATE TABLE revision (id BIGINT PRIMARY KEY, value BIGINT NOT NULL); INSERT INTO revision (id, value) VALUES (1, 0);\nCREATE TABLE thing (id TEXT PRIMARY KEY, number BIGINT, bytes BYTEA, revision BIGINT)");
    private static readonly Migration s_more = new("0002-more", "ALTER TABLE thing ADD COLUMN note TEXT; CREATE INDEX thing_note ON thing (note)");

    private TestDatabase _test = null!;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _test = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_test is not null)
        {
            await _test.DisposeAsync();
        }
    }

    [Fact]
    public async Task Every_type_of_value_comes_back_as_it_went_in()
    {
        var database = _test.Open([s_things]);
        var time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 8, 9, TimeSpan.Zero);
        byte[] bytes = [0, 1, 0xFF, (byte)'\''];
        string? nothing = null;
        byte[]? noBytes = null;

        await database.WriteAsync(session => session.ExecuteAsync($"INSERT INTO thing (id, number, bytes) VALUES ({"a'b;ü\u0001"}, {time}, {bytes}), ({"flag"}, {true}, {noBytes}), ({"null"}, {(long?)null}, NULL), ({"long"}, {long.MinValue}, NULL)"), Ends);
        var rows = await database.ReadAsync(session => session.QueryAsync($"SELECT id, number, bytes FROM thing WHERE id <> {"x"} AND COALESCE({nothing}, id) = id ORDER BY id", row => (row.Text(0), row.OptionalNumber(1), row.OptionalBytes(2))), Ends);

        Assert.Equal(["a'b;ü\u0001", "flag", "long", "null"], rows.Select(row => row.Item1));
        Assert.Equal([1772600767008009, 1, long.MinValue, null], rows.Select(row => row.Item2));
        Assert.Equal(bytes, rows[0].Item3);
        Assert.Null(rows[1].Item3);
        Assert.Equal(time, await database.ReadAsync(async session => (await session.QueryAsync($"SELECT number FROM thing WHERE id = {"a'b;ü\u0001"}", row => row.Time(0)))[0], Ends));
    }

    [Theory]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("a%b", "a\uFFFDb")]
    [InlineData("a\ud83d\ude00b", "a\ud83d\ude00b")]
    public async Task Text_that_no_database_has_goes_in_without_a_fault(string text, string kept)
    {
        // An attribute cannot hold half a character.
        text = text.Replace('%', '\ud800');
        var database = _test.Open([s_things]);

        await database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync($"INSERT INTO thing (id, number) VALUES ({text}, {1})");
                await session.InsertAsync(new SqlInsert("thing", ["id", "number"]), ["more " + text], (values, id) => values.Add(id).Add(2L));
                return true;
            },
            Ends);

        Assert.Equal([kept, "more " + kept], await database.ReadAsync(session => session.QueryAsync($"SELECT id FROM thing ORDER BY number", row => row.Text(0)), Ends));
        Assert.Equal([1], await database.ReadAsync(session => session.QueryAsync($"SELECT number FROM thing WHERE id = {text}", row => row.Number(0)), Ends));
    }

    [Fact]
    public async Task A_statement_is_made_of_pieces_whose_values_stay_values()
    {
        var database = _test.Open([s_things]);
        await InsertAsync(database, 5);
        var filter = Sql.Piece($" AND number < {4}");
        var where = Sql.Piece($"WHERE number > {1}{filter} AND id <> {$"'; DROP TABLE {"thing"}; --"}");

        Assert.Equal([2, 3], await database.ReadAsync(session => session.QueryAsync($"SELECT number FROM {Sql.Raw("thing")} {where} ORDER BY number LIMIT {10}", row => row.Number(0)), Ends));
    }

    [Fact]
    public async Task What_fails_half_way_is_not_there()
    {
        var database = _test.Open([s_things]);

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => database.WriteAsync<int>(
            async session =>
            {
                await session.ExecuteAsync($"INSERT INTO thing (id) VALUES ({"a"})");
                throw new InvalidTimeZoneException("a bug of the work");
            },
            Ends));

        Assert.Equal(0, await CountAsync(database));
    }

    [Fact]
    public async Task A_read_sees_one_moment()
    {
        var database = _test.Open([s_things]);
        await InsertAsync(database, 1);

        var (first, second) = await database.ReadAsync(
            async session =>
            {
                var before = await session.NumberAsync($"SELECT COUNT(*) FROM thing");
                await _test.Open([s_things]).WriteAsync(other => other.ExecuteAsync($"INSERT INTO thing (id) VALUES ({"later"})"), Ends);
                return (before, await session.NumberAsync($"SELECT COUNT(*) FROM thing"));
            },
            Ends);

        Assert.Equal((1, 1), (first, second));
        Assert.Equal(2, await CountAsync(database));
    }

    [Fact]
    public async Task Many_rows_go_in_at_once_or_not_at_all()
    {
        var database = _test.Open([s_things]);
        await InsertAsync(database, 5_000);

        await Assert.ThrowsAsync<RecordsException>(() => InsertAsync(database, 6_000, from: 4_999));

        Assert.Equal(5_000, await CountAsync(database));
    }

    [Fact]
    public async Task Rows_that_are_there_are_changed_and_the_others_come_to_them()
    {
        var database = _test.Open([s_things]);
        var into = new SqlInsert("thing", ["id", "number"], "(id) DO UPDATE SET number = thing.number + excluded.number");
        await InsertAsync(database, 3);

        await database.WriteAsync(
            async session =>
            {
                await session.InsertAsync(into, Array.Empty<int>(), Fill);
                await session.InsertAsync(into, Enumerable.Range(1, 4), Fill);
                return 0;
            },
            Ends);
        var rows = await database.ReadAsync(session => session.QueryAsync($"SELECT id, number FROM thing ORDER BY id", row => (row.Text(0), row.Number(1))), Ends);

        Assert.Equal([("thing_0", 0), ("thing_1", 101), ("thing_2", 202), ("thing_3", 300), ("thing_4", 400)], rows);

        static void Fill(SqlValues values, int i) => values.Add($"thing_{i}").Add(i * 100);
    }

    [Fact]
    public async Task A_statement_that_is_wrong_is_told_as_ours()
    {
        var database = _test.Open([s_things]);

        var fault = await Assert.ThrowsAsync<RecordsException>(() => database.WriteAsync(session => session.ExecuteAsync($"INSERT INTO nowhere (id) VALUES ({"planted-value"})"), Ends));

        Assert.Contains("does not take a statement", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-value", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_work_ends_and_leaves_the_database_usable()
    {
        var database = _test.Open([s_things]);
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.WriteAsync<int>(
            async session =>
            {
                await session.ExecuteAsync($"INSERT INTO thing (id) VALUES ({"a"})");
                await source.CancelAsync();
                return await session.ExecuteAsync($"INSERT INTO thing (id) VALUES ({"b"})");
            },
            source.Token));

        Assert.Equal(0, await CountAsync(database));
    }

    [Fact]
    public async Task Writers_of_several_nodes_lose_nothing()
    {
        SqlDatabase[] nodes = [_test.Open([s_things]), _test.Open([s_things]), _test.Open([s_things])];

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => nodes[i % 3].WriteAsync(
            async session =>
            {
                var count = await session.NumberAsync($"UPDATE revision SET value = value + 1 WHERE id = 1 RETURNING value");
                return await session.ExecuteAsync($"INSERT INTO thing (id, number) VALUES ({$"thing_{i}"}, {count})");
            },
            Ends)));

        Assert.Equal(Enumerable.Range(1, 60).Select(i => (long)i), await nodes[0].ReadAsync(session => session.QueryAsync($"SELECT number FROM thing ORDER BY number", row => row.Number(0)), Ends));
    }

    [Fact]
    public async Task Scripts_run_once_and_new_ones_are_added()
    {
        await InsertAsync(_test.Open([s_things]), 1);
        var next = _test.Open([s_things, s_more]);

        await next.WriteAsync(session => session.ExecuteAsync($"UPDATE thing SET note = {"n"}"), Ends);
        await InsertAsync(_test.Open([s_things, s_more]), 1, from: 1);

        Assert.Equal([(1, "0001-things"), (2, "0002-more")], await next.ReadAsync(session => session.QueryAsync($"SELECT version, name FROM schema_migration ORDER BY version", row => (row.Number(0), row.Text(1))), Ends));
    }

    [Fact]
    public async Task A_node_of_the_version_before_goes_on_beside_the_new_one()
    {
        var old = _test.Open([s_things]);
        await InsertAsync(old, 1);
        await CountAsync(_test.Open([s_things, s_more]));

        await InsertAsync(old, 1, from: 1);

        Assert.Equal(2, await CountAsync(old));
    }

    [Fact]
    public async Task Nodes_that_start_at_once_make_the_schema_once()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var test = await CreateAsync();
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => InsertAsync(test.Open([s_things, s_more]), 1, from: i)));

            Assert.Equal(6, await CountAsync(test.Open([s_things, s_more])));
        }
    }

    [Fact]
    public async Task A_script_that_fails_leaves_the_schema_as_it_was()
    {
        await Assert.ThrowsAsync<RecordsException>(() => InsertAsync(_test.Open([s_things, new("0002-broken", "CREATE TABLE other (id TEXT); CREATE TABLE other (id TEXT)")]), 1));

        await InsertAsync(_test.Open([s_things, s_more]), 1);
    }

    [Fact]
    public async Task A_program_of_the_version_before_that_starts_goes_on_beside_a_newer_schema_and_says_so()
    {
        await InsertAsync(_test.Open([s_things, s_more]), 1);
        var log = new LogLines();

        var old = _test.Open([s_things], logger: log);
        await InsertAsync(old, 1, from: 1);

        Assert.Equal(2, await CountAsync(old));
        Assert.StartsWith("The database has the step '0002-more' of a newer version of this program; the last one known here is '0001-things'.", Assert.Single(log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_schema_that_it_cannot_work_beside_is_refused_with_words()
    {
        await InsertAsync(_test.Open([s_things, s_more with { Name = "0002-other-breaking" }]), 1);

        var fault = await Assert.ThrowsAsync<RecordsException>(() => CountAsync(_test.Open([s_things])));

        Assert.Equal("The database was made by a newer version of this program: it has the step '0002-other-breaking' of the schema, which this one ('0001-things') cannot work beside. Run that version, or name another database in storage.records.", fault.Message);
    }

    [Fact]
    public async Task A_script_that_was_changed_is_refused()
    {
        await InsertAsync(_test.Open([s_things]), 1);

        var fault = await Assert.ThrowsAsync<RecordsException>(() => CountAsync(_test.Open([s_things with { Script = s_things.Script + " " }])));

        Assert.Contains("made with another '0001-things'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_programs_own_scripts_run()
    {
        var database = _test.Open();

        Assert.Equal(1, await database.ChangeAsync((_, revision) => Task.FromResult(revision), Ends));
        Assert.Equal(2, await database.ChangeAsync((_, revision) => Task.FromResult(revision), Ends));
    }

    [Fact]
    public async Task A_node_sees_what_another_changes()
    {
        SqlDatabase one = _test.Open(), other = _test.Open();
        await one.ChangeAsync((_, revision) => Task.FromResult(revision), Ends);
        Assert.Equal(1, await other.Changes.WaitBeyondAsync(0, Ends).WithinAsync("the first change", Ends));
        var waiting = other.Changes.WaitBeyondAsync(1, Ends);

        await one.ChangeAsync((_, revision) => Task.FromResult(revision), Ends);

        Assert.Equal(2, await waiting.WithinAsync("the second change", Ends));
        Assert.Equal(2, await one.Changes.WaitBeyondAsync(1, Ends).WithinAsync("its own change", Ends));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private static Task<int> InsertAsync(SqlDatabase database, int count, int from = 0) => database.WriteAsync(
        async session =>
        {
            await session.InsertAsync(new SqlInsert("thing", ["id", "number", "bytes"]), Enumerable.Range(from, count), (values, i) => values.Add($"thing_{i}").Add(i).Add((string?)null));
            return count;
        },
        Ends);

    private static Task<long> CountAsync(SqlDatabase database) => database.ReadAsync(session => session.NumberAsync($"SELECT COUNT(*) FROM thing"), Ends);

    private sealed class LogLines : ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyList<string> All => [.. _lines];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                _lines.Enqueue(formatter(state, exception));
            }
        }
    }
}
