using Switchboard.Gateway.Batches;

namespace Switchboard.Gateway.State;

/// <summary>
/// The batches of callers. One gateway at a time has a batch: it takes it up, and then says again and again that it is
/// still there; where it does not, another takes it up after the time it said.
/// </summary>
/// <remarks>All throw <see cref="RecordsUnavailableException"/> while the database is away.</remarks>
public interface IBatchRecords
{
    /// <summary>Adds a batch.</summary>
    Task AddAsync(Batch batch, CancellationToken cancellationToken);

    /// <summary>A batch of a tenant; null where they have none of that id.</summary>
    Task<Batch?> FindAsync(string tenant, string id, CancellationToken cancellationToken);

    /// <summary>A page of a tenant's batches.</summary>
    Task<RecordsPage<Batch>> ListAsync(string tenant, RecordsQuery query, CancellationToken cancellationToken);

    /// <summary>Asks for the end of a batch whose files are not being made yet.</summary>
    /// <returns>The batch as it is now; null where the tenant has none of that id.</returns>
    Task<Batch?> CancelAsync(string tenant, string id, CancellationToken cancellationToken);

    /// <summary>Takes up a batch that is due.</summary>
    /// <param name="until">Until when it is the caller's.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>It, in a new epoch; null where none is due.</returns>
    Task<Batch?> TakeAsync(DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Writes what became of a batch; all but whether it is to end, which is its owner's to say.</summary>
    /// <returns>The batch as it is now; null where somebody else has taken it up, and nothing was written.</returns>
    Task<Batch?> SaveAsync(Batch batch, CancellationToken cancellationToken);
}
