namespace Switchboard.Gateway.Configuration;

/// <summary>Where state is kept, the <c>storage:</c> part. It cannot change while the gateway runs.</summary>
public sealed record StorageSettings
{
    /// <summary>What <see cref="Records"/> is to be kept in memory, and gone with the process.</summary>
    public const string Memory = ":memory:";

    /// <summary>
    /// What outlives the process (<c>records</c>): the path of a SQLite file, or the URL of a PostgreSQL database. Null for
    /// memory. A configuration that is loaded has <c>switchboard.db</c> beside its file by default.
    /// </summary>
    public Secret? Records { get; init; }

    /// <summary>Encrypts the keys of providers that are kept in the records (<c>encryption_key</c>), at least 32 characters.</summary>
    public Secret? EncryptionKey { get; init; }
}
