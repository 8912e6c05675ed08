using System.Globalization;
using System.Net;
using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>server:</c> part.</summary>
internal static class ServerRules
{
    public static void Check(ServerSettings server, AccessSettings access, List<ConfigurationFault> faults)
    {
        CheckAccess(server, faults);
        CheckUrls(server, access, faults);
        Ranges.Check("server.max_body_mb", server.MaxBodyMegabytes, 1, 1024, " megabytes", faults);
        Ranges.Check("server.max_concurrency", server.MaxConcurrency, 1, Ranges.MostRequests, "", faults);
        Ranges.Check("server.max_queue", server.MaxQueue, 0, Ranges.MostRequests, "", faults);
        Ranges.Check("server.queue_timeout", server.QueueTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10), faults);
        if (server.Heartbeat != TimeSpan.Zero)
        {
            Ranges.Check("server.heartbeat", server.Heartbeat, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), faults);
        }

        Ranges.Check("server.drain_timeout", server.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1), faults);
        Ranges.Check("server.metrics_max_series", server.MetricsMaxSeries, 100, 1_000_000, "", faults);
        CheckProxies(server.TrustedProxies, faults);
        DefaultsRules.Check("server.defaults", server.Defaults, faults);
        if (server.OverloadStatus is not (503 or 529))
        {
            faults.Add(new("server.overload_status", string.Create(CultureInfo.InvariantCulture, $"{server.OverloadStatus} is not one of 503 and 529.")));
        }
    }

    private static void CheckAccess(ServerSettings server, List<ConfigurationFault> faults)
    {
        if (server.Access is not (null or "open"))
        {
            faults.Add(new("server.access", "The only value is 'open'; leave it out otherwise."));
        }
    }

    private static void CheckProxies(IReadOnlyList<string> proxies, List<ConfigurationFault> faults)
    {
        for (var i = 0; i < proxies.Count; i++)
        {
            if (AddressRange.Read(proxies[i]) is not { } range)
            {
                faults.Add(new($"server.trusted_proxies[{i}]", $"'{proxies[i]}' is no address or network such as 10.0.0.0/8, with no bits behind the prefix."));
            }
            else if (range.PrefixLength == 0)
            {
                faults.Add(new($"server.trusted_proxies[{i}]", "Who trusts everybody believes whatever a caller writes; name the networks of the proxies."));
            }
        }
    }

    private static void CheckUrls(ServerSettings server, AccessSettings access, List<ConfigurationFault> faults)
    {
        var urls = (server.Urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0)
        {
            faults.Add(new("server.urls", "At least one address to listen on is needed, such as http://127.0.0.1:8000."));
        }

        foreach (var url in urls)
        {
            CheckUrl(url, server.Access == "open" || access is not { MasterKey: null, Tokens: null }, faults);
        }
    }

    private static void CheckUrl(string url, bool isOpen, List<ConfigurationFault> faults)
    {
        if (HostOf(url) is not { } host)
        {
            faults.Add(new("server.urls", $"'{url}' is no address to listen on; write scheme, host and port, such as http://127.0.0.1:8000."));
            return;
        }

        if (!isOpen && !IsLoopback(host))
        {
            faults.Add(new("server.urls", $"'{url}' can be reached from other machines, and nobody who calls is asked for a key. Set access.master_key (or SWITCHBOARD_MASTER_KEY) or access.jwt, listen on 127.0.0.1, or write 'access: open' if that is meant."));
        }
    }

    // Not Uri: `http://*:8000` and `http://+:8000` (every interface) are addresses for Kestrel and no URIs.
    private static string? HostOf(string url)
    {
        var rest = url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? url[7..]
            : url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? url[8..]
            : "";
        if (rest.StartsWith("unix:/", StringComparison.Ordinal))
        {
            return "unix";
        }

        rest = rest.TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf(']'))
        {
            if (!ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return null;
            }

            rest = rest[..colon];
        }

        return rest.Length == 0 || rest.AsSpan().IndexOfAny("/?#@ ") >= 0 ? null : rest;
    }

    private static bool IsLoopback(string host) =>
        host is "unix" or "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
