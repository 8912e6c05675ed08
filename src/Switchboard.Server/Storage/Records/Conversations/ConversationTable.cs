using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Conversations;

/// <summary>The table of conversations.</summary>
internal static class ConversationTable
{
    private static SqlPiece Columns { get; } = Sql.Raw("tenant, id, title, model, system_prompt, metadata, turns, tokens, cost, created_at, updated_at");

    public static Sql Find(string tenant, string id) => $"SELECT {Columns} FROM conversation WHERE tenant = {tenant} AND id = {id}";

    /// <summary>A page in the order of making, and one row more.</summary>
    public static Sql Page(string tenant, RecordsQuery query)
    {
        var direction = Sql.Raw(query.NewestFirst ? "DESC" : "ASC");
        var after = query.After is not { } id ? Sql.Raw("")
            : Sql.Piece($" AND (created_at, id) {Sql.Raw(query.NewestFirst ? "<" : ">")} (SELECT created_at, id FROM conversation WHERE tenant = {tenant} AND id = {id})");
        return $"SELECT {Columns} FROM conversation WHERE tenant = {tenant}{after} ORDER BY created_at {direction}, id {direction} LIMIT {query.Limit + 1}";
    }

    public static Sql Insert(Conversation conversation, ConversationTurn? turn) =>
        $"""
        INSERT INTO conversation ({Columns}, next_position) VALUES (
        {conversation.Tenant}, {conversation.Id}, {conversation.Title}, {turn?.Model ?? conversation.Model}, {turn?.SystemPrompt ?? conversation.SystemPrompt}, {conversation.Metadata.ToArray()},
        {(turn is null ? 0 : 1)}, {turn?.Tokens ?? 0}, {turn?.Cost ?? 0}, {conversation.CreatedAt}, {conversation.UpdatedAt}, {turn?.Items.Count ?? 0})
        ON CONFLICT (tenant, id) DO NOTHING
        """;

    /// <summary>Makes room for a turn; gives its number and the position behind it.</summary>
    public static Sql Raise(ConversationTurn turn, DateTimeOffset now)
    {
        var after = turn.After is { } turns ? Sql.Piece($" AND turns = {turns}") : Sql.Raw("");
        return $"""
            UPDATE conversation SET turns = turns + 1, next_position = next_position + {turn.Items.Count}, tokens = tokens + {turn.Tokens}, cost = cost + {turn.Cost},
            model = COALESCE({turn.Model}, model), system_prompt = COALESCE({turn.SystemPrompt}, system_prompt), updated_at = {now}
            WHERE tenant = {turn.Tenant} AND id = {turn.Id}{after} RETURNING turns, next_position
            """;
    }

    public static Sql Update(Conversation conversation) =>
        $"""
        UPDATE conversation SET title = {conversation.Title}, model = {conversation.Model}, system_prompt = {conversation.SystemPrompt}, metadata = {conversation.Metadata.ToArray()}
        WHERE tenant = {conversation.Tenant} AND id = {conversation.Id}
        """;

    public static Conversation Map(SqlRow row) => new(row.Text(0), row.Text(1))
    {
        Title = row.OptionalText(2),
        Model = row.OptionalText(3),
        SystemPrompt = row.OptionalText(4),
        Metadata = row.Bytes(5),
        Turns = row.Number(6),
        Tokens = row.Number(7),
        Cost = row.Number(8),
        CreatedAt = row.Time(9),
        UpdatedAt = row.Time(10),
    };
}

/// <summary>The table of what was said.</summary>
internal static class ItemTable
{
    private static SqlPiece Columns { get; } = Sql.Raw("turn, id, json, created_at");

    /// <summary>The items of the turns above a number.</summary>
    public static Sql OfTurns(string tenant, string id, long above) =>
        $"SELECT {Columns} FROM conversation_item WHERE tenant = {tenant} AND conversation_id = {id} AND turn > {above} ORDER BY position";

    public static Sql Find(string tenant, string id, string item) =>
        $"SELECT {Columns} FROM conversation_item WHERE tenant = {tenant} AND conversation_id = {id} AND id = {item} ORDER BY position LIMIT {1}";

    /// <summary>A page, and one row more.</summary>
    public static Sql Page(string tenant, string id, long? after, RecordsQuery query)
    {
        var beyond = after is not { } position ? Sql.Raw("")
            : query.NewestFirst ? Sql.Piece($" AND position < {position}")
            : Sql.Piece($" AND position > {position}");
        return $"SELECT {Columns} FROM conversation_item WHERE tenant = {tenant} AND conversation_id = {id}{beyond} ORDER BY position {Sql.Raw(query.NewestFirst ? "DESC" : "ASC")} LIMIT {query.Limit + 1}";
    }

    public static Sql Insert(ConversationTurn turn, ConversationItem item, long number, long position, DateTimeOffset now) =>
        $"""
        INSERT INTO conversation_item (tenant, conversation_id, position, turn, id, json, created_at)
        VALUES ({turn.Tenant}, {turn.Id}, {position}, {number}, {item.Id}, {item.Json.ToArray()}, {now})
        """;

    public static ConversationItem Map(SqlRow row) => new(row.Text(1), row.Bytes(2)) { Turn = row.Number(0), CreatedAt = row.Time(3) };
}
