using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records.Access;

namespace Switchboard.Tests.Server.Access;

/// <summary>Records whose database can go away, and where something can come between.</summary>
internal sealed class InterceptedRecords : IAccessRecords
{
    private IAccessRecords? _inner;

    public bool IsAway { get; set; }

    /// <summary>Runs before the next change of a scope; null for nothing.</summary>
    public Func<Task>? BeforeChange { get; set; }

    private IAccessRecords Inner => IsAway ? throw new RecordsUnavailableException("away") : _inner!;

    /// <summary>Stands before those that the gateway would have.</summary>
    public IAccessRecords Over(IServiceProvider services)
    {
        _inner = ActivatorUtilities.CreateInstance<AccessRecords>(services);
        return this;
    }

    public Task<AccessChanges> ReadBeyondAsync(long revision, CancellationToken cancellationToken) => Inner.ReadBeyondAsync(revision, cancellationToken);

    public Task<T?> FindAsync<T>(string id, CancellationToken cancellationToken)
        where T : AccessScope => Inner.FindAsync<T>(id, cancellationToken);

    public Task<RecordsPage<T>> ListAsync<T>(RecordsQuery query, string? parent, CancellationToken cancellationToken)
        where T : AccessScope => Inner.ListAsync<T>(query, parent, cancellationToken);

    public Task<T?> AddAsync<T>(T scope, AuditNote note, CancellationToken cancellationToken)
        where T : AccessScope => Inner.AddAsync(scope, note, cancellationToken);

    public async Task<T?> ChangeAsync<T>(string id, Func<T, T?> change, AuditNote note, CancellationToken cancellationToken)
        where T : AccessScope
    {
        await (BeforeChange?.Invoke() ?? Task.CompletedTask);
        return await Inner.ChangeAsync(id, change, note, cancellationToken);
    }

    public Task<bool> DeleteAsync<T>(string id, AuditNote note, CancellationToken cancellationToken)
        where T : AccessScope => Inner.DeleteAsync<T>(id, note, cancellationToken);

    public Task NoteUseAsync(IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> lastUseByKey, CancellationToken cancellationToken) => Inner.NoteUseAsync(lastUseByKey, cancellationToken);

    public Task<IReadOnlyList<EncryptedSecret>> ListSecretsAsync(CancellationToken cancellationToken) => Inner.ListSecretsAsync(cancellationToken);

    public Task PutSecretAsync(EncryptedSecret secret, AuditNote note, CancellationToken cancellationToken) => Inner.PutSecretAsync(secret, note, cancellationToken);

    public Task<int> ChangeSecretsAsync(Func<IReadOnlyList<EncryptedSecret>, IReadOnlyList<EncryptedSecret>> change, AuditNote note, CancellationToken cancellationToken) => Inner.ChangeSecretsAsync(change, note, cancellationToken);

    public Task<bool> DeleteSecretAsync(string name, AuditNote note, CancellationToken cancellationToken) => Inner.DeleteSecretAsync(name, note, cancellationToken);

    public Task<RecordsPage<AuditEntry>> ListAuditAsync(RecordsQuery query, string? target, string? actor, CancellationToken cancellationToken) => Inner.ListAuditAsync(query, target, actor, cancellationToken);

    public Task WriteAuditAsync(AuditNote note, string target, CancellationToken cancellationToken) => Inner.WriteAuditAsync(note, target, cancellationToken);
}
