using System.Net;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;

namespace Switchboard.Server.Endpoints;

/// <summary>
/// Where a request comes from: the connection's address, or behind proxies that are trusted the last address of
/// <c>X-Forwarded-For</c> that is none of theirs. What stands before it anybody may have written.
/// </summary>
/// <param name="ranges">The proxies, as the rules found them without fault.</param>
internal sealed class TrustedProxies(IReadOnlyList<string> ranges)
{
    private const string Header = "X-Forwarded-For";

    private readonly IPNetwork[] _networks = [.. ranges.Select(AddressRange.Read).OfType<IPNetwork>()];

    /// <summary>The address of who asks; null where there is none, as with a Unix socket.</summary>
    public IPAddress? AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (_networks.Length == 0 || address is null || !IsTrusted(ref address) || !context.Request.Headers.TryGetValue(Header, out var values))
        {
            return address;
        }

        for (var line = values.Count - 1; line >= 0; line--)
        {
            var rest = values[line].AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.LastIndexOf(',');
                if (Read(rest[(comma + 1)..].Trim()) is not { } hop)
                {
                    // Whoever wrote this is as far as anybody knows.
                    return address;
                }

                address = hop;
                if (!IsTrusted(ref address))
                {
                    return address;
                }

                rest = comma < 0 ? [] : rest[..comma];
            }
        }

        return address;
    }

    private bool IsTrusted(ref IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    // Some proxies write the port, too. Of version 4 only what is written as usual: there are other ways to write an address.
    private static IPAddress? Read(ReadOnlySpan<char> text)
    {
        if (text is ['[', ..] && text.IndexOf(']') is > 0 and var end)
        {
            text = text[1..end];
        }
        else if (text.Count(':') == 1)
        {
            text = text[..text.IndexOf(':')];
        }

        return IPAddress.TryParse(text, out var address) && (text.Contains(':') || text.SequenceEqual(address.ToString())) ? address : null;
    }
}
