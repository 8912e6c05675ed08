using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Storage.Records;

/// <summary>The database that the settings name.</summary>
internal static class RecordsDatabase
{
    /// <summary>Makes it; nothing is opened or created before it is used.</summary>
    public static SqlDatabase Of(StorageSettings settings, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger(typeof(RecordsDatabase).FullName!);
        return settings.Records?.Reveal() switch
        {
            null or StorageSettings.Memory => new SqliteDatabase(null, time, logger),
            var url when PostgresUrl.IsUrl(url) => new PostgresDatabase(PostgresUrl.Parse(url), time, logger),
            var file => new SqliteDatabase(file, time, logger),
        };
    }
}
