using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Switchboard.Gateway.Configuration;

/// <summary>A URL of a PostgreSQL database: <c>postgres://user:password@host:port/database?option=value</c>.</summary>
/// <remarks>Parts with characters that mean something in URLs are written with <c>%</c>.</remarks>
public sealed class PostgresUrl
{
    private const string Number = "1 to 1000";

    private static readonly Dictionary<string, string[]> s_options = new(StringComparer.Ordinal)
    {
        ["application_name"] = [],
        ["channel_binding"] = ["disable", "prefer", "require"],
        ["command_timeout"] = [Number],
        ["connect_timeout"] = [Number],
        ["host"] = [],
        ["options"] = [],
        ["pool_size"] = [Number],
        ["search_path"] = [],
        ["sslcert"] = [],
        ["sslkey"] = [],
        ["sslmode"] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        ["sslrootcert"] = [],
    };

    private PostgresUrl()
    {
    }

    /// <summary>The server's name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>The database's name.</summary>
    public required string Database { get; init; }

    /// <summary>Who asks; null where the driver knows.</summary>
    public string? User { get; init; }

    /// <summary>The user's password; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>The options by name, of those that there are.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>True for what begins as such a URL does.</summary>
    public static bool IsUrl([NotNullWhen(true)] string? text) =>
        text is not null && (text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a URL that has no fault.</summary>
    /// <exception cref="FormatException">It has one.</exception>
    public static PostgresUrl Parse(string text) => Read(text, out var fault) ?? throw new FormatException(fault);

    /// <summary>Reads a URL.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="fault">What is wrong with it, without any of it that may be secret.</param>
    /// <returns>Null where it has a fault.</returns>
    public static PostgresUrl? Read(string text, out string? fault)
    {
        if (!IsUrl(text) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            fault = "It is no URL of a PostgreSQL database: write postgres://user:password@host:5432/database, with %40 for an '@' in the password.";
            return null;
        }

        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (database.Length == 0 || database.Contains('/', StringComparison.Ordinal))
        {
            fault = "The URL names no database: write postgres://user:password@host:5432/database.";
            return null;
        }

        var options = ReadOptions(uri.Query, out fault);
        if (options is null)
        {
            return null;
        }

        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        return new PostgresUrl
        {
            Host = uri.IdnHost,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = database,
            User = colon < 0 ? Unescape(uri.UserInfo) : Unescape(uri.UserInfo[..colon]),
            Password = colon < 0 ? null : Unescape(uri.UserInfo[(colon + 1)..]),
            Options = options,
        };
    }

    private static string? Unescape(string text) => text.Length == 0 ? null : Uri.UnescapeDataString(text);

    private static List<KeyValuePair<string, string>>? ReadOptions(string query, out string? fault)
    {
        fault = null;
        var options = new List<KeyValuePair<string, string>>();
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? pair : pair[..equals];
            var value = equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..]);
            if (!s_options.TryGetValue(name, out var allowed))
            {
                fault = $"The URL has an option that is not known here; there are {string.Join(", ", s_options.Keys)}.";
                return null;
            }

            if (!IsAllowed(value, allowed))
            {
                fault = $"The option {name} of the URL must be {(allowed is [Number] ? Number : allowed.Length > 0 ? $"one of {string.Join(", ", allowed)}" : "set")}.";
                return null;
            }

            options.Add(new(name, value));
        }

        return options;
    }

    private static bool IsAllowed(string value, string[] allowed) =>
        allowed is [Number] ? int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1000
        : allowed.Length > 0 ? allowed.Contains(value, StringComparer.Ordinal)
        : value.Length > 0;
}
