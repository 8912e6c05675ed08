using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Endpoints.Admin;
using Switchboard.Server.Telemetry.Prometheus;

namespace Switchboard.Server.Endpoints.Operations;

/// <summary><c>GET /metrics</c>: what the gateway counts, for Prometheus.</summary>
internal sealed class MetricsEndpoint(MetricPage page, GatewayRuntime runtime, Gatekeeper keeper, RequestCaller callers)
{
    /// <summary>Answers with the page, to those who may see it.</summary>
    public async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var access = runtime.Configuration.Server.Metrics;
        if (access == MetricsAccess.Off || page.Collector is not { } collector)
        {
            return await UnknownRoute.NotFoundAsync(context, cancellationToken);
        }

        if (access == MetricsAccess.Admin && await RefusalAsync(context, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        await WriteAsync(context, collector, cancellationToken);
        return null;
    }

    // Where nobody is asked for a key, nobody is here either.
    private async ValueTask<GatewayError?> RefusalAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (keeper.IsOpen)
        {
            return null;
        }

        var refusal = await callers.ReadAsync(context, cancellationToken);
        return refusal ?? (RequestCaller.Of(context).IsAdministrator ? null : AdminErrors.Forbidden("An administrator's key is needed for this, or server.metrics: open."));
    }

    private static async Task WriteAsync(HttpContext context, MetricCollector collector, CancellationToken cancellationToken)
    {
        var format = ExpositionFormat.For(context.Request);
        using var written = collector.Write(format);
        var response = context.Response;
        response.ContentType = format.ContentType;
        response.ContentLength = written.Written.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(written.Written, cancellationToken);
        }
    }
}
