using System.Globalization;
using Npgsql;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Storage.Records;

/// <summary>A URL as the driver wants it. Every wait has an end.</summary>
internal static class PostgresConnection
{
    public static string StringOf(PostgresUrl url)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port,
            Database = url.Database,
            Username = url.User,
            Password = url.Password,
            ApplicationName = "switchboard",
            Timeout = 5,
            CommandTimeout = 30,
            CancellationTimeout = 2000,
            MaxPoolSize = 20,
            TcpKeepAlive = true,
        };
        foreach (var (name, value) in url.Options)
        {
            Set(settings, name, value);
        }

        return settings.ConnectionString;
    }

    // The names are those of PostgreSQL's own programs; PostgresUrl lets no other through.
    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        switch (name)
        {
            case "application_name": settings.ApplicationName = value; break;
            case "channel_binding": settings.ChannelBinding = Enum.Parse<ChannelBinding>(value, ignoreCase: true); break;
            case "command_timeout": settings.CommandTimeout = Number(value); break;
            case "connect_timeout": settings.Timeout = Number(value); break;
            case "host": settings.Host = value; break;
            case "options": settings.Options = value; break;
            case "pool_size": settings.MaxPoolSize = Number(value); break;
            case "search_path": settings.SearchPath = value; break;
            case "sslcert": settings.SslCertificate = value; break;
            case "sslkey": settings.SslKey = value; break;
            case "sslmode": settings.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true); break;
            case "sslrootcert": settings.RootCertificate = value; break;
            default: throw new ArgumentException($"There is no option '{name}'.", nameof(name));
        }
    }

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
}
