using System.Diagnostics;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Relay;

/// <summary>Carries an attempt's trace on to its provider, and tells the attempt's span where it went.</summary>
internal static class UpstreamTrace
{
    private const string Parent = "traceparent";
    private const string State = "tracestate";

    /// <summary>The attempt's span; null where none is read.</summary>
    public static Activity? Current => GatewayTelemetry.Source.HasListeners() && Activity.Current is { IsAllDataRequested: true } span && span.Source == GatewayTelemetry.Source ? span : null;

    /// <summary>
    /// The request with the attempt's own context, in the place of what the caller sent. Without a span a caller's context
    /// passes as it came.
    /// </summary>
    public static UpstreamRequest Carry(UpstreamRequest request, Activity span)
    {
        var headers = new List<KeyValuePair<string, string>>(request.Headers.Count + 2);
        foreach (var header in request.Headers)
        {
            if (header.Key is not (Parent or State))
            {
                headers.Add(header);
            }
        }

        headers.Add(new(Parent, span.Id!));
        if (span.TraceStateString is { Length: > 0 } state)
        {
            headers.Add(new(State, state));
        }

        span.AddTag("server.address", request.Target.Address);
        span.AddTag("server.port", request.Target.Port);
        return request with { Headers = headers };
    }

    /// <summary>Tells the status of the answer.</summary>
    public static T Tell<T>(Activity span, T answer)
        where T : UpstreamAnswer
    {
        span.SetTag("http.response.status_code", answer.Status);
        return answer;
    }
}
