using System.Net;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Access;

/// <summary>
/// Says who asks, by the key that comes with a request. It looks at memory alone; whoever reads the records tells it what
/// has changed. Safe to use from all requests at once.
/// </summary>
/// <param name="settings">The master key.</param>
/// <param name="time">The clock.</param>
public sealed class Gatekeeper(AccessSettings settings, TimeProvider time)
{
    private readonly KeyHash? _master = KeyHash.Of(settings.MasterKey?.Reveal());
    private AccessTable? _table;

    /// <summary>The last change that it knows of; 0 for none.</summary>
    public long Revision => Volatile.Read(ref _table)?.Revision ?? 0;

    /// <summary>True where nobody is asked for a key: there is no master key, and nothing was ever kept that could be asked for.</summary>
    public bool IsOpen => _master is null && Volatile.Read(ref _table) is { Revision: 0 };

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
            return AccessErrors.NoKey;
        }

        if (KeyHash.Of(key) is not { } hash)
        {
            return AccessErrors.WrongKey;
        }

        // What is compared are hashes: how long that takes says nothing about a key.
        if (hash == _master)
        {
            caller = new Caller { KeyId = Caller.MasterKeyId, KeyName = Caller.MasterKeyId, IsAdministrator = true, Address = address };
            return null;
        }

        return Volatile.Read(ref _table) is not { } table ? AccessErrors.NotKnownYet : Find(table, hash, address, ref caller);
    }

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
