namespace Switchboard.Server.Storage.Records;

/// <summary>What an exception of a driver means.</summary>
/// <param name="Kind">What to do about it.</param>
/// <param name="Message">What is wrong and what would mend it, in a sentence.</param>
internal sealed record SqlFault(SqlFaultKind Kind, string Message);

/// <summary>What to do about a fault.</summary>
internal enum SqlFaultKind
{
    /// <summary>Nothing was written, for somebody was in the way: try again at once.</summary>
    Conflict,

    /// <summary>The connection broke: try again on another, unless the commit was on its way.</summary>
    Broken,

    /// <summary>The database is away: try again later.</summary>
    Away,

    /// <summary>Trying again does not help.</summary>
    Wrong,
}
