using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Configuration.Reloading;
using Switchboard.Server.Draining;

namespace Switchboard.Server.Endpoints.Operations;

/// <summary>
/// <c>/live</c> (the process runs: restart it when this fails), <c>/ready</c> and <c>/health</c> (it takes requests:
/// send none while this fails).
/// </summary>
internal sealed class HealthEndpoint(DrainState drain, Gatekeeper keeper, ConfigurationWatch watch, TimeProvider time)
{
    /// <summary>The process runs.</summary>
    public static async ValueTask<GatewayError?> LiveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await WriteAsync(context, StatusCodes.Status200OK, "live", null, null, cancellationToken);
        return null;
    }

    /// <summary>It takes requests.</summary>
    public ValueTask<GatewayError?> ReadyAsync(HttpContext context, CancellationToken cancellationToken) =>
        AnswerAsync(context, "ready", null, null, cancellationToken);

    /// <summary>The same for people who look, with the time here and how current the configuration is.</summary>
    public ValueTask<GatewayError?> HealthAsync(HttpContext context, CancellationToken cancellationToken) =>
        AnswerAsync(context, "healthy", time.GetUtcNow(), watch.State, cancellationToken);

    private async ValueTask<GatewayError?> AnswerAsync(HttpContext context, string whenReady, DateTimeOffset? now, ConfigurationWatch.Status? configuration, CancellationToken cancellationToken)
    {
        // Until the keys were read once, nobody but the master key is let in.
        var (word, retry) = drain.IsDraining ? ("draining", "5") : !keeper.IsTold ? ("starting", "1") : (whenReady, null);
        if (retry is not null)
        {
            context.Response.Headers.RetryAfter = retry;
        }

        await WriteAsync(context, retry is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, word, now, configuration, cancellationToken);
        return null;
    }

    private static Task WriteAsync(HttpContext context, int status, string word, DateTimeOffset? now, ConfigurationWatch.Status? configuration, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(context, status, json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, word);
            json.WriteString("version"u8, ProductVersion.Text);
            if (now is { } timestamp)
            {
                json.WriteString("timestamp"u8, timestamp.UtcDateTime);
            }

            if (configuration is not null)
            {
                WriteConfiguration(json, configuration);
            }

            json.WriteEndObject();
        }, cancellationToken);
    }

    // What is wrong with the files is for the log alone: anybody may ask here.
    private static void WriteConfiguration(Utf8JsonWriter json, ConfigurationWatch.Status configuration)
    {
        json.WriteStartObject("configuration"u8);
        json.WriteString("taken_at"u8, configuration.TakenAt);
        if (configuration.RefusedAt is { } refused)
        {
            json.WriteString("refused_at"u8, refused);
        }

        json.WriteEndObject();
    }
}
