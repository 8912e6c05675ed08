using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints;

/// <summary>The <c>Server-Timing</c> header: the phases of a call, in milliseconds.</summary>
internal static class ServerTiming
{
    public static void Write(HttpResponse response, CallTimings timings)
    {
        if (timings.Phases.Count == 0)
        {
            return;
        }

        var text = new StringBuilder();
        foreach (var (phase, elapsed) in timings.Phases)
        {
            text.Append(text.Length == 0 ? "" : ", ")
                .Append(CultureInfo.InvariantCulture, $"{phase};dur={elapsed.TotalMilliseconds:0.###}");
        }

        response.Headers["Server-Timing"] = text.ToString();
    }
}
