using Switchboard.Gateway.Files;

namespace Switchboard.Gateway.State;

/// <summary>What is known of the files that callers gave to the gateway. Those that have expired are not found.</summary>
/// <remarks>All throw <see cref="RecordsUnavailableException"/> while the database is away.</remarks>
public interface IFileRecords
{
    /// <summary>Adds a file; one of that id that is there stays.</summary>
    Task AddAsync(StoredFile file, CancellationToken cancellationToken);

    /// <summary>A file of a tenant; null where they have none of that id.</summary>
    Task<StoredFile?> FindAsync(string tenant, string id, CancellationToken cancellationToken);

    /// <summary>Whether there is a file of that id, expired or not, whoever it belongs to.</summary>
    Task<bool> HasAsync(string id, CancellationToken cancellationToken);

    /// <summary>A page of a tenant's files.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="purpose">Only those for this; null for all.</param>
    /// <param name="query">Which page; up to 10,000.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<RecordsPage<StoredFile>> ListAsync(string tenant, string? purpose, RecordsQuery query, CancellationToken cancellationToken);

    /// <summary>Deletes a file.</summary>
    /// <returns>False where it was not there.</returns>
    Task<bool> DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Some files that have expired.</summary>
    Task<IReadOnlyList<StoredFile>> ListExpiredAsync(int limit, CancellationToken cancellationToken);
}
