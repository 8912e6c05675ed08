using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records;

/// <summary>Pages by the id of the last row seen, which costs the same on every page.</summary>
internal static class SqlPaging
{
    /// <summary>What a statement with a <c>WHERE</c> ends with: the page, and one row more.</summary>
    public static SqlPiece Of(RecordsQuery query)
    {
        var after = query.After is not { } id ? Sql.Raw("")
            : query.NewestFirst ? Sql.Piece($" AND id < {id}")
            : Sql.Piece($" AND id > {id}");
        return Sql.Piece($"{after} ORDER BY id {Sql.Raw(query.NewestFirst ? "DESC" : "ASC")} LIMIT {query.Limit + 1}");
    }

    /// <summary>The page of the rows that came.</summary>
    public static RecordsPage<T> Page<T>(List<T> rows, RecordsQuery query)
    {
        var hasMore = rows.Count > query.Limit;
        return new RecordsPage<T>(hasMore ? rows[..query.Limit] : rows, hasMore);
    }
}
