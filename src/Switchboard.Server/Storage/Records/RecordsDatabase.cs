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
        return settings.RecordsKind switch
        {
            RecordsKind.Memory => new SqliteDatabase(null, time, logger),
            RecordsKind.Postgres => new PostgresDatabase(PostgresUrl.Parse(settings.Records!.Reveal()), time, logger),
            _ => new SqliteDatabase(settings.Records!.Reveal(), time, logger),
        };
    }
}
