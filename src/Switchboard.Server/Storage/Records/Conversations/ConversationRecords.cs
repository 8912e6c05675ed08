using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Conversations;

/// <summary>Conversations in the database.</summary>
internal sealed class ConversationRecords(SqlDatabase database, TimeProvider time) : IConversationRecords
{
    // So that a transaction of the sweep is short; the next one goes on.
    private const int MostExpired = 200;

    // How many were made here, and how many there had been when they were last brought down to a number.
    private long _made;
    private (long Made, long Most) _swept = (-1, 0);

    /// <inheritdoc/>
    public async Task<bool> CreateAsync(Conversation conversation, ConversationTurn? turn, CancellationToken cancellationToken)
    {
        var isNew = await database.WriteAsync(
            async session =>
            {
                if (await session.ExecuteAsync(ConversationTable.Insert(conversation, turn)) == 0)
                {
                    return false;
                }

                await InsertAsync(session, turn, 1, 0);
                return true;
            },
            cancellationToken);
        if (isNew)
        {
            Interlocked.Increment(ref _made);
        }

        return isNew;
    }

    /// <inheritdoc/>
    public Task<bool> AddAsync(ConversationTurn turn, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session =>
            {
                // The row is locked from here on: who comes second finds another number of turns.
                var places = await session.QueryAsync(ConversationTable.Raise(turn, time.GetUtcNow()), row => (Turn: row.Number(0), Next: row.Number(1)));
                if (places.Count == 0)
                {
                    return false;
                }

                await InsertAsync(session, turn, places[0].Turn, places[0].Next - turn.Items.Count);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ConversationHistory?> ReadAsync(string tenant, string id, int turns, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session =>
            {
                if (await FindAsync(session, tenant, id) is not { } conversation)
                {
                    return null;
                }

                var items = turns == 0 ? [] : await session.QueryAsync(ItemTable.OfTurns(tenant, id, conversation.Turns - turns), ItemTable.Map);
                return new ConversationHistory(conversation, items);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ConversationItem?> FindItemAsync(string tenant, string id, string item, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FindAsync(ItemTable.Find(tenant, id, item), ItemTable.Map), cancellationToken);

    /// <inheritdoc/>
    public Task<RecordsPage<Conversation>?> ListAsync(string tenant, RecordsQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session =>
            {
                if (query.After is { } after && await FindAsync(session, tenant, after) is null)
                {
                    return null;
                }

                return SqlPaging.Page(await session.QueryAsync(ConversationTable.Page(tenant, query), ConversationTable.Map), query);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<RecordsPage<ConversationItem>?> ListItemsAsync(string tenant, string id, RecordsQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session =>
            {
                if (await FindAsync(session, tenant, id) is null)
                {
                    return null;
                }

                long? after = null;
                if (query.After is { } item)
                {
                    var places = await session.QueryAsync($"SELECT position FROM conversation_item WHERE tenant = {tenant} AND conversation_id = {id} AND id = {item}", row => row.Number(0));
                    if (places.Count == 0)
                    {
                        return null;
                    }

                    after = places[0];
                }

                return SqlPaging.Page(await session.QueryAsync(ItemTable.Page(tenant, id, after, query), ItemTable.Map), query);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<Conversation?> ChangeAsync(string tenant, string id, Func<Conversation, Conversation> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session =>
            {
                // Written first, so that nobody changes it between reading and writing.
                await session.ExecuteAsync($"UPDATE conversation SET updated_at = {time.GetUtcNow()} WHERE tenant = {tenant} AND id = {id}");
                if (await FindAsync(session, tenant, id) is not { } conversation)
                {
                    return null;
                }

                await session.ExecuteAsync(ConversationTable.Update(change(conversation) with { Tenant = tenant, Id = id }));
                return await FindAsync(session, tenant, id);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken) =>
        database.WriteAsync(session => DeleteAsync(session, tenant, id), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteItemAsync(string tenant, string id, string item, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session => await session.ExecuteAsync($"DELETE FROM conversation_item WHERE tenant = {tenant} AND conversation_id = {id} AND id = {item}") > 0,
            cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ExpireAsync(DateTimeOffset? before, long most, CancellationToken cancellationToken)
    {
        // Looked for only where there may be too many. Those that other gateways made are theirs to count.
        var made = Volatile.Read(ref _made);
        long? left = made != _swept.Made || most < _swept.Most ? most : null;
        var gone = 0;
        while (await AnyToExpireAsync(before, left, cancellationToken))
        {
            gone += await ExpireSomeAsync(before, left, cancellationToken);
        }

        if (left is not null)
        {
            _swept = (made, most);
        }

        return gone;
    }

    // Asked by itself: a database that nobody uses is not opened for it, and one with nothing to expire not written to.
    private Task<bool> AnyToExpireAsync(DateTimeOffset? before, long? left, CancellationToken cancellationToken) =>
        before is null && left is null
            ? Task.FromResult(false)
            : database.ReadAsync(false, async session => (await ExpiredAsync(session, before, left)).Count > 0, cancellationToken);

    private Task<int> ExpireSomeAsync(DateTimeOffset? before, long? left, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session =>
            {
                var gone = 0;
                foreach (var (tenant, id, usedAt) in await ExpiredAsync(session, before, left))
                {
                    // One that was gone on with meanwhile stays.
                    gone += await DeleteAsync(session, tenant, id, usedAt) ? 1 : 0;
                }

                return gone;
            },
            cancellationToken);

    private static async Task<List<(string Tenant, string Id, DateTimeOffset UsedAt)>> ExpiredAsync(SqlSession session, DateTimeOffset? before, long? left)
    {
        var old = before is { } time
            ? await session.QueryAsync($"SELECT tenant, id, updated_at FROM conversation WHERE updated_at < {time} ORDER BY updated_at LIMIT {MostExpired}", Key)
            : [];
        if (left is { } most)
        {
            old.AddRange(await session.QueryAsync($"SELECT tenant, id, updated_at FROM conversation ORDER BY updated_at DESC LIMIT {MostExpired} OFFSET {most}", Key));
        }

        return old;
    }

    private static (string Tenant, string Id, DateTimeOffset UsedAt) Key(SqlRow row) => (row.Text(0), row.Text(1), row.Time(2));

    private static Task<Conversation?> FindAsync(SqlSession session, string tenant, string id) =>
        session.FindAsync(ConversationTable.Find(tenant, id), ConversationTable.Map);

    // The conversation first: a turn that is being added waits for it, and then finds none.
    private static async Task<bool> DeleteAsync(SqlSession session, string tenant, string id, DateTimeOffset? usedAt = null)
    {
        var wasThere = usedAt is { } time
            ? await session.ExecuteAsync($"DELETE FROM conversation WHERE tenant = {tenant} AND id = {id} AND updated_at = {time}") > 0
            : await session.ExecuteAsync($"DELETE FROM conversation WHERE tenant = {tenant} AND id = {id}") > 0;
        if (usedAt is not null && !wasThere)
        {
            return false;
        }

        await session.ExecuteAsync($"DELETE FROM conversation_item WHERE tenant = {tenant} AND conversation_id = {id}");
        return wasThere;
    }

    private async Task InsertAsync(SqlSession session, ConversationTurn? turn, long number, long position)
    {
        var now = time.GetUtcNow();
        foreach (var item in turn?.Items ?? [])
        {
            await session.ExecuteAsync(ItemTable.Insert(turn!, item, number, position++, now));
        }
    }
}
