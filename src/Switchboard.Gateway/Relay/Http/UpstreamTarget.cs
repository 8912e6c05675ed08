using System.Text;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>Where a request goes, and the lines of its head that are the same for every request there.</summary>
internal sealed class UpstreamTarget
{
    /// <summary>Who asks.</summary>
    public static readonly string Agent = $"switchboard/{typeof(UpstreamTarget).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>A target at an address.</summary>
    public UpstreamTarget(Uri url)
    {
        Url = url;
        Host = HostOf(url);
        Address = url.Host;
        Port = url.Port;
        Lines = Encoding.ASCII.GetBytes($"{url.PathAndQuery} HTTP/1.1\r\nHost: {Host}\r\nUser-Agent: {Agent}\r\nAccept-Encoding: identity\r\n");
    }

    /// <summary>The address.</summary>
    public Uri Url { get; }

    /// <summary>The host, for spans.</summary>
    public string Address { get; }

    /// <summary>Its port, for spans: in a box, once for all.</summary>
    public object Port { get; }

    /// <summary>What stands in the <c>Host</c> header.</summary>
    public string Host { get; }

    /// <summary>The head of an HTTP/1.1 request from behind its method on, as far as it is the same for all.</summary>
    public ReadOnlyMemory<byte> Lines { get; }

    private static string HostOf(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : $"{host}:{url.Port}";
    }
}
