using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Switchboard.Gateway.Configuration;

/// <summary>
/// Where a Redis is and how to speak to it, as a URL says it: <c>redis://[user][:password@]host[:port][/database]</c>,
/// with <c>rediss</c> for TLS and <c>valkey</c>, <c>valkeys</c> for the same. Behind <c>?</c>: <c>ca</c>, <c>sni</c>,
/// <c>prefix</c>, <c>name</c>.
/// </summary>
public sealed record RedisUrl
{
    /// <summary>The host's name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Its port. Default 6379.</summary>
    public int Port { get; init; } = 6379;

    /// <summary>Speak TLS.</summary>
    public bool UseTls { get; init; }

    /// <summary>Who signs in; null for the default user.</summary>
    public string? User { get; init; }

    /// <summary>The password; null where none is asked for.</summary>
    public Secret? Password { get; init; }

    /// <summary>The number of the database, 0 to 65,535. Default 0.</summary>
    public int Database { get; init; }

    /// <summary>A PEM file with the certificates that the server's is checked against; null for those of the machine (<c>ca</c>).</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The name that the server's certificate must have; null for the host (<c>sni</c>).</summary>
    public string? ServerName { get; init; }

    /// <summary>What all keys begin with (<c>prefix</c>). Default <c>switchboard:</c>.</summary>
    public string Prefix { get; init; } = "switchboard:";

    /// <summary>What the connection is called in <c>CLIENT LIST</c> (<c>name</c>). Default <c>switchboard</c>.</summary>
    public string ClientName { get; init; } = "switchboard";

    /// <summary>Reads a URL. What is wrong is told without any part of it: a password may be anywhere.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RedisUrl? url, [NotNullWhen(false)] out string? fault)
    {
        url = null;
        fault = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            fault = "It must be a URL such as redis://:password@host:6379/0; special characters in a password are written as %XX.";
        }
        else if (uri.Scheme is not ("redis" or "rediss" or "valkey" or "valkeys"))
        {
            fault = "It must begin with redis://, rediss://, valkey:// or valkeys://.";
        }
        else
        {
            url = Read(uri, ref fault);
        }

        return url is not null;
    }

    private static RedisUrl? Read(Uri uri, ref string? fault)
    {
        var database = 0;
        var path = uri.AbsolutePath.Trim('/');
        if (path.Length > 0 && (!int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database) || database > 65_535))
        {
            fault = "What stands behind the host must be the number of a database, such as /0.";
            return null;
        }

        var signIn = uri.UserInfo.Split(':', 2);
        var url = new RedisUrl
        {
            Host = uri.IdnHost,
            Port = uri.Port > 0 ? uri.Port : 6379,
            UseTls = uri.Scheme is "rediss" or "valkeys",
            User = Part(signIn[0]),
            Password = Part(signIn.ElementAtOrDefault(1)) is { } password ? new Secret(password) : null,
            Database = database,
        };
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || Apply(url, pair[..equals], Uri.UnescapeDataString(pair[(equals + 1)..])) is not { } next)
            {
                fault = "Behind the '?' there may be ca, sni, prefix and name, each with a value.";
                return null;
            }

            url = next;
        }

        if (url.User is not null && url.Password is null)
        {
            fault = "A user needs a password; a password alone is written as redis://:password@host.";
            return null;
        }

        return url;
    }

    private static RedisUrl? Apply(RedisUrl url, string name, string value) => (name, value) switch
    {
        (_, "") => null,
        ("ca", _) => url with { CertificateFile = value },
        ("sni", _) => url with { ServerName = value },
        ("prefix", _) => url with { Prefix = value },

        // The server takes no spaces in it.
        ("name", _) when value.All(char.IsAsciiLetterOrDigit) => url with { ClientName = value },
        _ => null,
    };

    private static string? Part(string? escaped) => string.IsNullOrEmpty(escaped) ? null : Uri.UnescapeDataString(escaped);
}
