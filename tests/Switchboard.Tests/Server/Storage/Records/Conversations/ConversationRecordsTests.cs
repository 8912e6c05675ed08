using System.Text;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records.Conversations;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Records.Conversations;

/// <summary>What holds on either database, and in memory.</summary>
public abstract class ConversationRecordsTests : IAsyncLifetime
{
    private const string First = "00000000000000000000000000000001";
    private const string Second = "00000000000000000000000000000002";

    private readonly ManualTimeProvider _time = new();
    private TestDatabase? _test;
    private IConversationRecords _records = null!;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _records = _test is null ? new MemoryConversationRecords(_time) : Node();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_test is not null)
        {
            await _test.DisposeAsync();
        }
    }

    [Fact]
    public async Task Everything_of_a_conversation_comes_back()
    {
        var made = New(First) with { Title = "T\0 \"ä\"", Model = "m", SystemPrompt = "Be \ud83d.", Metadata = Encoding.UTF8.GetBytes("""{"a":"\u0000"}""") };

        Assert.True(await _records.CreateAsync(made, Turn(First, "one", "two") with { Tokens = 3, Cost = 4 }, Ends));
        var (found, items) = await ReadAsync(First);

        if (_test is not null)
        {
            Assert.Equal(("T\uFFFD \"ä\"", "m", "Be \uFFFD."), (found.Title, found.Model, found.SystemPrompt));
        }

        Assert.Equal("""{"a":"\u0000"}""", Encoding.UTF8.GetString(found.Metadata.Span));
        Assert.Equal((1, 3, 4), (found.Turns, found.Tokens, found.Cost));
        Assert.Equal((made.CreatedAt, made.UpdatedAt), (found.CreatedAt, found.UpdatedAt));
        Assert.Equal(["one", "two"], items.Select(item => item.Id));
        Assert.All(items, item => Assert.Equal((1, _time.Start), (item.Turn, item.CreatedAt)));
        Assert.Equal("""{"said":"one"}""", Encoding.UTF8.GetString(items[0].Json.Span));
    }

    [Fact]
    public async Task Turns_are_added_in_order_and_the_last_of_them_can_be_read()
    {
        await _records.CreateAsync(New(First), null, Ends);

        Assert.True(await _records.AddAsync(Turn(First, "a", "b") with { After = 0, Tokens = 1, Cost = 10, Model = "m", SystemPrompt = "p" }, Ends));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _records.AddAsync(Turn(First, "c") with { After = 1, Tokens = 2, Cost = 20 }, Ends));
        Assert.True(await _records.AddAsync(Turn(First, "d"), Ends));

        var (conversation, items) = await ReadAsync(First);
        Assert.Equal(["a", "b", "c", "d"], items.Select(item => item.Id));
        Assert.Equal([1, 1, 2, 3], items.Select(item => item.Turn));
        Assert.Equal((3, 3, 30), (conversation.Turns, conversation.Tokens, conversation.Cost));
        Assert.Equal(("m", "p"), (conversation.Model, conversation.SystemPrompt));
        Assert.Equal(_time.Start.AddSeconds(1), conversation.UpdatedAt);
        Assert.Equal(["c", "d"], (await _records.ReadAsync("t", First, 2, Ends))!.Items.Select(item => item.Id));
        Assert.Empty((await _records.ReadAsync("t", First, 0, Ends))!.Items);
    }

    [Fact]
    public async Task Of_turns_that_were_made_after_the_same_one_is_added()
    {
        await _records.CreateAsync(New(First), null, Ends);
        var nodes = Enumerable.Range(0, 4).Select(_ => Node()).ToArray();

        var added = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => nodes[i % 4].AddAsync(Turn(First, $"a{i}", $"b{i}") with { After = 0 }, Ends)));

        Assert.Equal(1, added.Count(isAdded => isAdded));
        Assert.Equal(2, (await ReadAsync(First)).Items.Count);
    }

    [Fact]
    public async Task Turns_that_wait_for_nobody_are_all_added_each_whole()
    {
        await _records.CreateAsync(New(First), null, Ends);
        var nodes = Enumerable.Range(0, 3).Select(_ => Node()).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => nodes[i % 3].AddAsync(Turn(First, $"a{i}", $"b{i}"), Ends)));

        var items = (await ReadAsync(First)).Items;
        Assert.Equal(24, items.Count);
        Assert.All(items.Chunk(2), pair => Assert.Equal((pair[0].Turn, pair[0].Id[1..]), (pair[1].Turn, pair[1].Id[1..])));
        Assert.Equal(Enumerable.Range(1, 12).Select(turn => (long)turn), items.Select(item => item.Turn).Distinct());
    }

    [Fact]
    public async Task Of_two_that_begin_the_same_conversation_one_does()
    {
        var other = Node();

        var made = await Task.WhenAll(_records.CreateAsync(New(First), Turn(First, "a"), Ends), other.CreateAsync(New(First), Turn(First, "b"), Ends));

        Assert.Equal(1, made.Count(isMade => isMade));
        Assert.Single((await ReadAsync(First)).Items);
    }

    [Fact]
    public async Task Tenants_know_nothing_of_each_other()
    {
        await _records.CreateAsync(New(First), Turn(First, "a"), Ends);
        Assert.True(await _records.CreateAsync(New(First) with { Tenant = "u" }, Turn(First, "b") with { Tenant = "u" }, Ends));

        Assert.Equal("b", (await _records.ReadAsync("u", First, 1, Ends))!.Items.Single().Id);
        Assert.Null(await _records.ReadAsync("v", First, 1, Ends));
        Assert.Empty((await _records.ListAsync("v", new RecordsQuery(), Ends))!.Data);
        Assert.Null(await _records.ListItemsAsync("v", First, new RecordsQuery(), Ends));
        Assert.False(await _records.AddAsync(Turn(First, "c") with { Tenant = "v" }, Ends));
        Assert.Null(await _records.ChangeAsync("v", First, conversation => conversation with { Title = "mine" }, Ends));
        Assert.False(await _records.DeleteItemAsync("v", First, "a", Ends));
        Assert.False(await _records.DeleteAsync("v", First, Ends));
        Assert.True(await _records.DeleteAsync("u", First, Ends));
        Assert.Equal("a", (await ReadAsync(First)).Items.Single().Id);
    }

    [Fact]
    public async Task A_change_leaves_what_is_not_in_its_hands()
    {
        await _records.CreateAsync(New(First), Turn(First, "a") with { Tokens = 5 }, Ends);
        _time.Advance(TimeSpan.FromMinutes(1));

        var changed = await _records.ChangeAsync("t", First, conversation => new Conversation("elsewhere", "none") { Title = "New", CreatedAt = default, UpdatedAt = default }, Ends);

        Assert.Equal(("New", 1, 5), (changed!.Title, changed.Turns, changed.Tokens));
        Assert.Equal((_time.Start, _time.Start.AddMinutes(1)), (changed.CreatedAt, changed.UpdatedAt));
        Assert.Null(await _records.ChangeAsync("t", Second, conversation => conversation, Ends));
    }

    [Fact]
    public async Task What_is_deleted_is_not_in_the_database_any_more()
    {
        await _records.CreateAsync(New(First) with { Title = "planted-title" }, Turn(First, "planted-item"), Ends);
        await _records.CreateAsync(New(Second), Turn(Second, "kept-item", "planted-single"), Ends);

        Assert.True(await _records.DeleteAsync("t", First, Ends));
        Assert.True(await _records.DeleteItemAsync("t", Second, "planted-single", Ends));

        Assert.Null(await _records.FindItemAsync("t", First, "planted-item", Ends));
        Assert.Null(await _records.FindItemAsync("t", Second, "planted-single", Ends));
        Assert.NotNull(await _records.FindItemAsync("t", Second, "kept-item", Ends));
        if (_test is not null)
        {
            var counts = await _test.Open().ReadAsync(
                async session => (await session.NumberAsync($"SELECT COUNT(*) FROM conversation WHERE id = {First}"), await session.NumberAsync($"SELECT COUNT(*) FROM conversation_item")),
                Ends);
            Assert.Equal((0, 1), counts);
        }

        Assert.False(await _records.DeleteAsync("t", First, Ends));
        Assert.False(await _records.DeleteItemAsync("t", Second, "planted-single", Ends));
        Assert.False(await _records.AddAsync(Turn(First, "late"), Ends));
        Assert.Equal(["kept-item"], (await ReadAsync(Second)).Items.Select(item => item.Id));
    }

    [Fact]
    public async Task Pages_go_through_all_in_both_directions()
    {
        foreach (var number in Enumerable.Range(1, 5))
        {
            // Two of the same moment.
            await _records.CreateAsync(New(number.ToString("x32", System.Globalization.CultureInfo.InvariantCulture)) with { CreatedAt = _time.Start.AddSeconds(number / 2) }, null, Ends);
            await _records.AddAsync(Turn(First, $"i{number}"), Ends);
        }

        foreach (var newestFirst in new[] { false, true })
        {
            var (conversations, items) = (new List<string>(), new List<string>());
            for (RecordsPage<Conversation>? page = null; page is null or { HasMore: true }; conversations.AddRange(page.Data.Select(one => one.Id[^1..])))
            {
                page = (await _records.ListAsync("t", new RecordsQuery { Limit = 2, NewestFirst = newestFirst, After = page?.Data[^1].Id }, Ends))!;
            }

            for (RecordsPage<ConversationItem>? page = null; page is null or { HasMore: true }; items.AddRange(page.Data.Select(one => one.Id[1..])))
            {
                page = (await _records.ListItemsAsync("t", First, new RecordsQuery { Limit = 2, NewestFirst = newestFirst, After = page?.Data[^1].Id }, Ends))!;
            }

            string[] expected = ["1", "2", "3", "4", "5"];
            Assert.Equal(newestFirst ? expected.Reverse() : expected, conversations);
            Assert.Equal(newestFirst ? expected.Reverse() : expected, items);
        }

        Assert.Null(await _records.ListAsync("t", new RecordsQuery { After = "nobody" }, Ends));
        Assert.Null(await _records.ListItemsAsync("t", First, new RecordsQuery { After = "nobody" }, Ends));
    }

    [Fact]
    public async Task Those_used_longest_ago_go_with_all_that_was_said_in_them()
    {
        foreach (var number in Enumerable.Range(1, 6))
        {
            await _records.CreateAsync(New($"c{number}") with { Tenant = $"t{number % 2}", UpdatedAt = _time.Start.AddMinutes(number) }, Turn($"c{number}", "i") with { Tenant = $"t{number % 2}" }, Ends);
        }

        Assert.Equal(2, await _records.ExpireAsync(_time.Start.AddMinutes(3), 100, Ends));
        Assert.Equal(0, await _records.ExpireAsync(null, 4, Ends));
        Assert.Equal(1, await _records.ExpireAsync(null, 3, Ends));

        foreach (var number in Enumerable.Range(1, 6))
        {
            var found = await _records.ReadAsync($"t{number % 2}", $"c{number}", 1, Ends);
            Assert.Equal(number > 3, found is not null);
        }

        if (_test is not null)
        {
            Assert.Equal(3, await _test.Open().ReadAsync(session => session.NumberAsync($"SELECT COUNT(*) FROM conversation_item"), Ends));
        }
    }

    private protected abstract ValueTask<TestDatabase?> CreateAsync();

    private static ConversationTurn Turn(string id, params string[] said) =>
        new("t", id, [.. said.Select(one => new ConversationItem(one, Encoding.UTF8.GetBytes($$"""{"said":"{{one}}"}""")))]);

    private Conversation New(string id) => new("t", id) { CreatedAt = _time.Start, UpdatedAt = _time.Start };

    private IConversationRecords Node() => _test is null ? _records : new ConversationRecords(_test.Open(), _time);

    private async Task<(Conversation Conversation, IReadOnlyList<ConversationItem> Items)> ReadAsync(string id)
    {
        var found = await _records.ReadAsync("t", id, int.MaxValue, Ends);
        Assert.NotNull(found);
        return (found.Conversation, found.Items);
    }
}

/// <summary>SQLite.</summary>
public sealed class SqliteConversationRecordsTests : ConversationRecordsTests
{
    private protected override ValueTask<TestDatabase?> CreateAsync() => new(TestDatabase.OnSqlite());
}

/// <summary>PostgreSQL.</summary>
[Collection<OnPostgres>]
public sealed class PostgresConversationRecordsTests(SharedPostgres shared) : ConversationRecordsTests
{
    private protected override async ValueTask<TestDatabase?> CreateAsync() => await TestDatabase.OnPostgresAsync(shared);
}

/// <summary>Without a database.</summary>
public sealed class MemoryConversationRecordsTests : ConversationRecordsTests
{
    private protected override ValueTask<TestDatabase?> CreateAsync() => new((TestDatabase?)null);
}
