namespace Switchboard.Gateway.State;

/// <summary>A page of records.</summary>
/// <param name="Data">The records, in the order that was asked for.</param>
/// <param name="HasMore">True where another page follows the last of them.</param>
public sealed record RecordsPage<T>(IReadOnlyList<T> Data, bool HasMore);

/// <summary>Which page is wanted.</summary>
public sealed record RecordsQuery
{
    /// <summary>The most records, 1 to 1,000. Default 20.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>The id after which it begins; null for the first page. It need not be there any more.</summary>
    public string? After { get; init; }

    /// <summary>The youngest first. Default false: the oldest.</summary>
    public bool NewestFirst { get; init; }
}
