using System.Net;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Access;

/// <summary>
/// Says who asks, by the key that comes with a request. It looks at memory alone; whoever reads the records tells it what
/// has changed. Safe to use from all requests at once.
/// </summary>
/// <param name="settings">The master key, and whether tokens are taken.</param>
/// <param name="time">The clock.</param>
public sealed class Gatekeeper(AccessSettings settings, TimeProvider time)
{
    // Others write to the database, too.
    private const int MostAtOnce = 500;

    private readonly KeyHash? _master = KeyHash.Of(SecretText.Remember(settings.MasterKey));
    private AccessTable? _table;

    /// <summary>The last change that it knows of; 0 for none.</summary>
    public long Revision => Volatile.Read(ref _table)?.Revision ?? 0;

    /// <summary>True where nobody is asked for a key: there is no master key, no tokens are taken, and nothing was ever kept that could be asked for.</summary>
    public bool IsOpen => _master is null && settings.Tokens is null && Volatile.Read(ref _table) is { Revision: 0 };

    /// <summary>True once it was told what is kept; before, it knows no key but the master key.</summary>
    public bool IsTold => Volatile.Read(ref _table) is not null;

    /// <summary>All teams, projects and keys that are known, in this order.</summary>
    public IEnumerable<AccessScope> Scopes => Volatile.Read(ref _table)?.Scopes ?? [];

    /// <summary>Takes over what has changed since <see cref="Revision"/>. One after the other.</summary>
    public void Take(AccessChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var table = Volatile.Read(ref _table);
        if (table is null || changes.Revision > table.Revision)
        {
            Volatile.Write(ref _table, (table ?? AccessTable.Empty).With(changes));
        }
    }

    /// <summary>Has it written down when keys were used that were since the last time. What fails is written the next time.</summary>
    /// <param name="write">Writes them.</param>
    public async Task WriteUsesAsync(Func<IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>>, Task> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var table = Volatile.Read(ref _table) ?? AccessTable.Empty;
        foreach (var entries in table.Keys.Where(entry => entry.Use.Unwritten is not null).Chunk(MostAtOnce))
        {
            var uses = Array.ConvertAll(entries, entry => KeyValuePair.Create(entry.Key.Id, entry.Use.Unwritten!.Value));
            await write(uses);
            foreach (var (entry, use) in entries.Zip(uses))
            {
                entry.Use.NoteWritten(use.Value);
            }
        }
    }

    /// <summary>Who comes with a key.</summary>
    /// <param name="key">The key; empty for none.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="caller">Who it is; <see cref="Caller.Anonymous"/> where they are sent away.</param>
    /// <returns>Why they are sent away; null where they are not.</returns>
    public GatewayError? Admit(ReadOnlySpan<char> key, IPAddress? address, out Caller caller)
    {
        if (IsOpen)
        {
            caller = Caller.Anonymous with { Address = address };
            return null;
        }

        caller = Caller.Anonymous;
        if (key.IsEmpty)
        {
            return MayTurnOutOpen ? AccessErrors.NotKnownYet : AccessErrors.NoKey;
        }

        if (KeyHash.Of(key) is not { } hash)
        {
            return AccessErrors.WrongKey;
        }

        // What is compared are hashes: how long that takes says nothing about a key.
        if (hash == _master)
        {
            caller = MasterAt(address);
            return null;
        }

        return Volatile.Read(ref _table) is not { } table ? AccessErrors.NotKnownYet : Find(table, hash, address, ref caller);
    }

    /// <summary>Who comes with a token.</summary>
    /// <param name="token">What the token turned out to be.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="caller">Who it is; <see cref="Caller.Anonymous"/> where they are sent away.</param>
    /// <returns>Why they are sent away; null where they are not.</returns>
    public GatewayError? Admit(TokenReading token, IPAddress? address, out Caller caller)
    {
        caller = Caller.Anonymous;
        if (token.Claims is not { } claims)
        {
            return token.Fault is { } fault ? AccessErrors.WrongToken(fault) : AccessErrors.TokenKeysAway;
        }

        var entry = ProjectEntry.None;
        if (claims.Project is { } project)
        {
            if (Volatile.Read(ref _table) is not { } table)
            {
                return AccessErrors.NotKnownYet;
            }

            if (table.FindProject(project) is not { } found)
            {
                return AccessErrors.NoProject;
            }

            entry = found;
        }

        var error = entry.Admit(claims, address, time.GetUtcNow(), out var known);
        caller = error is null ? known : caller;
        return error;
    }

    /// <summary>Who somebody is now whose request began a while ago, and goes on by itself.</summary>
    /// <param name="keyId">The id of the key that they came with; null where none was asked for.</param>
    /// <param name="project">The id of the project that they were in; null for none.</param>
    /// <param name="address">Where they came from.</param>
    /// <param name="caller">Who it is; <see cref="Caller.Anonymous"/> where they are sent away.</param>
    /// <returns>Why they are sent away; null where they are not.</returns>
    public GatewayError? Recall(string? keyId, string? project, IPAddress? address, out Caller caller)
    {
        caller = Caller.Anonymous with { Address = address };
        if (keyId is null)
        {
            return IsOpen ? null : MayTurnOutOpen ? AccessErrors.NotKnownYet : AccessErrors.NoKey;
        }

        if (keyId == Caller.MasterKeyId)
        {
            caller = MasterAt(address);
            return _master is null ? AccessErrors.WrongKey : null;
        }

        if (keyId.StartsWith(Caller.TokenPrefix, StringComparison.Ordinal))
        {
            // Its token was good when it came; what lasts longer is the policy of its project.
            return settings.Tokens is null ? AccessErrors.WrongKey : Admit(new TokenReading(new TokenClaims(keyId[Caller.TokenPrefix.Length..], project, false, DateTimeOffset.MaxValue), null), address, out caller);
        }

        if (Volatile.Read(ref _table) is not { } table)
        {
            return AccessErrors.NotKnownYet;
        }

        var error = table.FindById(keyId) is { } entry ? entry.Admit(address, time.GetUtcNow(), out caller) : AccessErrors.WrongKey;
        caller = error is null ? caller : Caller.Anonymous;
        return error;
    }

    // What is kept decides it, and was not read yet.
    private bool MayTurnOutOpen => _master is null && settings.Tokens is null && Volatile.Read(ref _table) is null;

    private static Caller MasterAt(IPAddress? address) => new() { KeyId = Caller.MasterKeyId, KeyName = Caller.MasterKeyId, IsAdministrator = true, Address = address };

    private GatewayError? Find(AccessTable table, KeyHash hash, IPAddress? address, ref Caller caller)
    {
        var now = time.GetUtcNow();
        if (!table.TryFind(hash, out var found) || found.Until <= now)
        {
            return AccessErrors.WrongKey;
        }

        var error = found.Entry.Admit(address, now, out var known);
        caller = error is null ? known : caller;
        return error;
    }
}
