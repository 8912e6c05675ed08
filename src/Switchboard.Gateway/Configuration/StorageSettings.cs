namespace Switchboard.Gateway.Configuration;

/// <summary>Where the gateway keeps what it knows, the <c>storage:</c> part.</summary>
public sealed record StorageSettings
{
    /// <summary>What <see cref="Records"/> is to be kept in memory, and gone with the process.</summary>
    public const string Memory = ":memory:";

    /// <summary>
    /// What outlives the process (<c>records</c>): the path of a SQLite file, or the URL of a PostgreSQL database. Null for
    /// memory. A configuration that is loaded has <c>switchboard.db</c> beside its file by default.
    /// </summary>
    public Secret? Records { get; init; }

    /// <summary>
    /// The folder in which rows of the ledger wait while the database is away (<c>spill</c>). Null for memory alone. A
    /// configuration that is loaded has <c>switchboard-spill</c> by default: beside the SQLite file, or its own.
    /// </summary>
    public string? Spill { get; init; }

    /// <summary>
    /// The folder of the files of callers (<c>files</c>); several gateways need one that all of them see. Null for one
    /// among temporary files that goes with the process. A configuration that is loaded has <c>switchboard-files</c> by
    /// default: beside the SQLite file, or its own.
    /// </summary>
    public string? Files { get; init; }

    /// <summary>Encrypts the keys of providers that are kept in the records (<c>encryption_key</c>), at least 32 characters.</summary>
    public Secret? EncryptionKey { get; init; }

    /// <summary>What encrypted them before (<c>former_encryption_key</c>), while it is being replaced: it still reads them, and writes none. Null for none. Default null.</summary>
    public Secret? FormerEncryptionKey { get; init; }

    /// <summary>
    /// The Redis (or Valkey) that several gateways share their counters, cache and locks in (<c>shared</c>,
    /// <c>REDIS_URL</c>), as <see cref="RedisUrl"/> has it; null for the memory of this process. Default null.
    /// </summary>
    public Secret? Shared { get; init; }

    /// <summary>How long one question to it may take (<c>shared_timeout</c>), 10 ms to 10 s. Default 250 ms.</summary>
    public TimeSpan SharedTimeout { get; init; } = TimeSpan.FromMilliseconds(250);
}
