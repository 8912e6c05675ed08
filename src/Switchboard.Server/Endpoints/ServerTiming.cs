using System.Globalization;
using System.Runtime.CompilerServices;
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

        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        for (var i = 0; i < timings.Phases.Count; i++)
        {
            var (phase, elapsed) = timings.Phases[i];
            text.AppendLiteral(i == 0 ? "" : ", ");
            text.AppendLiteral(phase);
            text.AppendLiteral(";dur=");
            text.AppendFormatted(elapsed.Ticks / TimeSpan.TicksPerMillisecond);
            text.AppendLiteral(".");
            text.AppendFormatted(elapsed.Ticks / TimeSpan.TicksPerMicrosecond % 1000, "000");
        }

        response.Headers["Server-Timing"] = text.ToStringAndClear();
    }
}
