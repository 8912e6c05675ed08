namespace Switchboard.Gateway.State;

/// <summary>
/// Tells when somebody has changed what administrators keep, on this node or another. Every change has a number of its
/// own, the revision, and the rows it wrote carry it: whoever knows one reads the rows above it.
/// </summary>
public interface IRecordsChanges
{
    /// <summary>
    /// Waits for a change beyond <paramref name="revision"/>. One of this node is told at once, one of another within a
    /// quarter of a second; while the database is away it waits on.
    /// </summary>
    /// <param name="revision">The last one that is known; 0 for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The revision there is now.</returns>
    Task<long> WaitBeyondAsync(long revision, CancellationToken cancellationToken);
}
