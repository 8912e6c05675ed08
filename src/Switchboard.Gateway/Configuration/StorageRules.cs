namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>storage:</c> part. What is at fault is never repeated: it may hold a password.</summary>
internal static class StorageRules
{
    private const int ShortestKey = 32;

    public static void Check(StorageSettings storage, List<ConfigurationFault> faults)
    {
        if (storage.Records?.Reveal() is { } records && FaultOf(records) is { } fault)
        {
            faults.Add(new("storage.records", fault));
        }

        if (storage.EncryptionKey?.Reveal() is { Length: < ShortestKey })
        {
            faults.Add(new("storage.encryption_key", $"At least {ShortestKey} characters are needed; `openssl rand -base64 32` makes some."));
        }

        if (storage is { FormerEncryptionKey: not null, EncryptionKey: null })
        {
            faults.Add(new("storage.former_encryption_key", "It only helps to replace it: storage.encryption_key is needed, too."));
        }

        if (storage.Shared is { } shared && !RedisUrl.TryParse(shared.Reveal(), out _, out var wrong))
        {
            faults.Add(new("storage.shared", wrong));
        }

        Ranges.Check("storage.shared_timeout", storage.SharedTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10), faults);
    }

    private static string? FaultOf(string records) =>
        PostgresUrl.IsUrl(records) ? PostgresUrl.Read(records, out var fault) is null ? fault : null
        : string.IsNullOrWhiteSpace(records) || records.Contains("://", StringComparison.Ordinal) ? "It must be the path of a file, or a URL such as postgres://user:password@host/database."
        : null;
}
