using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.State;

/// <summary>
/// Who may ask for what, for good: teams, projects, keys, encrypted secrets, and the log of what administrators did.
/// The kind of scope is <see cref="Team"/>, <see cref="Project"/> or <see cref="VirtualKey"/>. Each change
/// writes its line of the log with it, and is told by <see cref="IRecordsChanges"/>.
/// </summary>
/// <remarks>All throw <see cref="RecordsUnavailableException"/> while the database is away.</remarks>
public interface IAccessRecords
{
    /// <summary>What has changed since a revision, deleted ones included; everything there is for revision 0.</summary>
    Task<AccessChanges> ReadBeyondAsync(long revision, CancellationToken cancellationToken);

    /// <summary>One of them; null where it is not there.</summary>
    Task<T?> FindAsync<T>(string id, CancellationToken cancellationToken)
        where T : AccessScope;

    /// <summary>A page of them.</summary>
    /// <param name="query">Which page.</param>
    /// <param name="parent">Only those in this project (keys) or team (projects); null for all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<RecordsPage<T>> ListAsync<T>(RecordsQuery query, string? parent, CancellationToken cancellationToken)
        where T : AccessScope;

    /// <summary>Adds one. Times and revision are set here.</summary>
    /// <returns>It as it is kept; null where the scope that it is in is not there.</returns>
    Task<T?> AddAsync<T>(T scope, AuditNote note, CancellationToken cancellationToken)
        where T : AccessScope;

    /// <summary>Changes one; no other change comes between.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="change">What becomes of it, or null where it is to stay as it is; may be asked more than once. Id, times and revision stay out of its hands.</param>
    /// <param name="note">Who does it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>It as it is now; null where it is not there, or the scope that it is to be in is not, or it stays as it is.</returns>
    Task<T?> ChangeAsync<T>(string id, Func<T, T?> change, AuditNote note, CancellationToken cancellationToken)
        where T : AccessScope;

    /// <summary>Deletes one, and all that is in it.</summary>
    /// <returns>False where it was not there.</returns>
    Task<bool> DeleteAsync<T>(string id, AuditNote note, CancellationToken cancellationToken)
        where T : AccessScope;

    /// <summary>Notes when keys were used last. No change in the sense of a revision; earlier times than the noted ones are ignored.</summary>
    Task NoteUseAsync(IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> lastUseByKey, CancellationToken cancellationToken);

    /// <summary>The encrypted secrets, by name.</summary>
    Task<IReadOnlyList<EncryptedSecret>> ListSecretsAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a secret, in the place of one of that name.</summary>
    Task PutSecretAsync(EncryptedSecret secret, AuditNote note, CancellationToken cancellationToken);

    /// <summary>Changes secrets all at once, as where another key is to encrypt them. When they were put stays.</summary>
    /// <param name="change">Gets all there are and says which to write in their place; may be asked more than once.</param>
    /// <param name="note">Who does it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>How many were written.</returns>
    Task<int> ChangeSecretsAsync(Func<IReadOnlyList<EncryptedSecret>, IReadOnlyList<EncryptedSecret>> change, AuditNote note, CancellationToken cancellationToken);

    /// <summary>Deletes a secret; false where there was none.</summary>
    Task<bool> DeleteSecretAsync(string name, AuditNote note, CancellationToken cancellationToken);

    /// <summary>A page of the log.</summary>
    /// <param name="query">Which page.</param>
    /// <param name="target">Only what was done to this; null for all.</param>
    /// <param name="actor">Only what this one did; null for all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<RecordsPage<AuditEntry>> ListAuditAsync(RecordsQuery query, string? target, string? actor, CancellationToken cancellationToken);

    /// <summary>Writes a line of the log for what is no change of the above.</summary>
    Task WriteAuditAsync(AuditNote note, string target, CancellationToken cancellationToken);
}
