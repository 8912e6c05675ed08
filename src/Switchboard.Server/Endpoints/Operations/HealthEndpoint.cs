using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Draining;

namespace Switchboard.Server.Endpoints.Operations;

/// <summary>
/// <c>/live</c> (the process runs: restart it when this fails), <c>/ready</c> and <c>/health</c> (it takes requests:
/// send none while this fails).
/// </summary>
internal sealed class HealthEndpoint(DrainState drain)
{
    /// <summary>The process runs.</summary>
    public static async ValueTask<GatewayError?> LiveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await WriteAsync(context, StatusCodes.Status200OK, "live", cancellationToken);
        return null;
    }

    /// <summary>It takes requests.</summary>
    public ValueTask<GatewayError?> ReadyAsync(HttpContext context, CancellationToken cancellationToken) =>
        AnswerAsync(context, "ready", cancellationToken);

    /// <summary>The same for people who look.</summary>
    public ValueTask<GatewayError?> HealthAsync(HttpContext context, CancellationToken cancellationToken) =>
        AnswerAsync(context, "healthy", cancellationToken);

    private async ValueTask<GatewayError?> AnswerAsync(HttpContext context, string whenReady, CancellationToken cancellationToken)
    {
        var isDraining = drain.IsDraining;
        if (isDraining)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        await WriteAsync(
            context,
            isDraining ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK,
            isDraining ? "draining" : whenReady,
            cancellationToken);
        return null;
    }

    private static Task WriteAsync(HttpContext context, int status, string word, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(context, status, json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, word);
            json.WriteString("version"u8, ProductVersion.Text);
            json.WriteEndObject();
        }, cancellationToken);
    }
}
