using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.State;

/// <summary>Keeps responses between calls. One is put once and never changed. Each belongs to a tenant; whoever asks for another's is told that there is none.</summary>
/// <remarks>An entry may be gone at any time, for the store has bounds; who asks for it is then told that it is not there.</remarks>
public interface IResponseStore
{
    /// <summary>Its bounds; others hold from the next use on.</summary>
    ResponseStoreSettings Settings { get; set; }

    /// <summary>A response; null where there is none of that id.</summary>
    /// <exception cref="RecordsException">It cannot be read.</exception>
    ValueTask<StoredResponse?> FindAsync(string tenant, string id, CancellationToken cancellationToken);

    /// <summary>Keeps a response.</summary>
    /// <exception cref="RecordsException">It cannot be kept.</exception>
    ValueTask PutAsync(string tenant, StoredResponse response, CancellationToken cancellationToken);

    /// <summary>Forgets a response; false where there was none.</summary>
    /// <exception cref="RecordsException">It cannot be deleted.</exception>
    ValueTask<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes what is too old, and of the others those used longest ago until the rest is within its bounds. Asked every few
    /// seconds by work that no caller waits for; a store that keeps its bounds by itself has nothing to do.
    /// </summary>
    /// <exception cref="RecordsException">They cannot be deleted.</exception>
    ValueTask SweepAsync(CancellationToken cancellationToken);
}
