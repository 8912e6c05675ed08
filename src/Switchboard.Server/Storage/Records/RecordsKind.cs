using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Storage.Records;

/// <summary>Where records are kept.</summary>
internal enum RecordsKind
{
    /// <summary>In this process.</summary>
    Memory,

    /// <summary>In a file.</summary>
    Sqlite,

    /// <summary>In a database that many gateways may share.</summary>
    Postgres,
}

/// <summary>What <see cref="StorageSettings.Records"/> names.</summary>
internal static class RecordsKinds
{
    extension(StorageSettings settings)
    {
        /// <summary>Where the settings keep records.</summary>
        public RecordsKind RecordsKind => settings.Records?.Reveal() switch
        {
            null or StorageSettings.Memory => RecordsKind.Memory,
            var address when PostgresUrl.IsUrl(address) => RecordsKind.Postgres,
            _ => RecordsKind.Sqlite,
        };
    }
}
