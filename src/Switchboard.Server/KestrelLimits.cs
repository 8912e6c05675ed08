using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Switchboard.Server;

/// <summary>What the HTTP server refuses before there is a request to answer, with a status and no body.</summary>
public static class KestrelLimits
{
    /// <summary>
    /// Sets the limits of an application that is only a gateway. Addresses and the number of headers are let further in
    /// than the endpoints take, which answer in the shape of OpenAI; bodies have a limit there alone.
    /// </summary>
    public static void Apply(KestrelServerOptions kestrel)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        kestrel.AddServerHeader = false;

        // A line ends in CRLF and in nothing else: what one server takes for a line end and the next does not, hides requests.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = null;
        limits.MaxRequestLineSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 200;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;

        // A head that trickles holds a connection and nothing else; a body that trickles holds a buffer as well.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
