using Switchboard.Gateway.Accounting;

namespace Switchboard.Server.Storage.Records.Ledger;

/// <summary>The columns that rows and days have in common.</summary>
internal static class LedgerColumns
{
    /// <summary>The column of a group.</summary>
    public static string Of(UsageGroup group) => group switch
    {
        UsageGroup.Day => "day",
        UsageGroup.Model => "model",
        UsageGroup.Key => "key_id",
        UsageGroup.Project => "project_id",
        UsageGroup.Provider => "provider",
        UsageGroup.Deployment => "deployment",
        UsageGroup.User => "user_name",
        _ => "operation",
    };

    /// <summary>What rows must have, each with an <c>AND</c> before it.</summary>
    public static SqlPiece Only(IReadOnlyDictionary<UsageGroup, string> only)
    {
        var piece = Sql.Raw("");
        foreach (var (group, value) in only)
        {
            if (group != UsageGroup.Day)
            {
                piece = Sql.Piece($"{piece} AND {Sql.Raw(Of(group))} = {Clean(value)}");
            }
        }

        return piece;
    }

    /// <summary>What rows must have one value of, each with an <c>AND</c> before it.</summary>
    public static SqlPiece Any(IReadOnlyDictionary<UsageGroup, IReadOnlyList<string>> any)
    {
        var piece = Sql.Raw("");
        foreach (var (group, values) in any)
        {
            // Nothing is one of no values.
            var list = values.Count == 0 ? Sql.Raw("NULL") : Sql.Piece($"{Clean(values[0])}");
            foreach (var value in values.Skip(1))
            {
                list = Sql.Piece($"{list}, {Clean(value)}");
            }

            piece = Sql.Piece($"{piece} AND {Sql.Raw(Of(group))} IN ({list})");
        }

        return piece;
    }

    /// <summary>Text as both databases take it; empty for none.</summary>
    public static string Clean(string? text) => text is null ? "" : SqlText.Clean(text);
}
