using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Configuration.Reloading;
using Switchboard.Server.Draining;
using Switchboard.Server.Health;

namespace Switchboard.Server.Endpoints.Operations;

/// <summary>
/// <c>/live</c> (the process runs: restart it when this fails), <c>/ready</c> and <c>/health</c> (it takes requests:
/// send none while this fails).
/// </summary>
internal sealed class HealthEndpoint(DrainState drain, Gatekeeper keeper, RequestCaller callers, GatewayRuntime runtime, ConfigurationWatch watch, StartupStages stages, DependencyChecks checks, TimeProvider time)
{
    /// <summary>The process runs.</summary>
    public static async ValueTask<GatewayError?> LiveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await WriteAsync(context, StatusCodes.Status200OK, "live", null, cancellationToken);
        return null;
    }

    /// <summary>It takes requests.</summary>
    public async ValueTask<GatewayError?> ReadyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (word, retry) = State("ready");
        await WriteAsync(context, StatusOf(context, retry), word, null, cancellationToken);
        return null;
    }

    /// <summary>
    /// The same for people who look, with the time here and how current the configuration is; and with all that the
    /// gateway relies on, for who may see it: everybody where no key is asked for, else administrators.
    /// </summary>
    public async ValueTask<GatewayError?> HealthAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await callers.ReadAsync(context, cancellationToken);
        var isShown = keeper.IsOpen || RequestCaller.Of(context).IsAdministrator;
        var report = isShown ? await checks.ReadAsync(cancellationToken) : null;

        // What is down is worked without, more or less: no reason to send requests elsewhere, where it is down as well.
        var (word, retry) = State(report?.All.Any(one => one.State != DependencyState.Ok) is true ? "degraded" : "healthy");
        await WriteAsync(context, StatusOf(context, retry), word, json =>
        {
            json.WriteString("timestamp"u8, time.GetUtcNow().UtcDateTime);
            if (isShown)
            {
                WriteDetail(json, report);
            }

            if (watch.State is { } configuration)
            {
                HealthBody.WriteConfiguration(json, configuration);
            }
        }, cancellationToken);
        return null;
    }

    private void WriteDetail(Utf8JsonWriter json, DependencyChecks.Report? report)
    {
        json.WriteNumber("uptime_s"u8, (long)stages.Uptime.TotalSeconds);
        json.WriteNumber("requests_running"u8, drain.Running);
        HealthBody.WriteStartup(json, stages);
        if (report is not null)
        {
            HealthBody.WriteDependencies(json, report);
        }

        using var lease = runtime.Enter();
        HealthBody.WriteProviders(json, lease.Gateway.Snapshot.ReadStandings());
    }

    // Until the keys were read once, nobody but the master key is let in.
    private (string Word, string? Retry) State(string whenReady) =>
        drain.IsDraining ? ("draining", "5") : !keeper.IsTold ? ("starting", "1") : (whenReady, null);

    private static int StatusOf(HttpContext context, string? retry)
    {
        if (retry is null)
        {
            return StatusCodes.Status200OK;
        }

        context.Response.Headers.RetryAfter = retry;
        return StatusCodes.Status503ServiceUnavailable;
    }

    private static Task WriteAsync(HttpContext context, int status, string word, Action<Utf8JsonWriter>? more, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(context, status, json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, word);
            json.WriteString("version"u8, ProductVersion.Text);
            more?.Invoke(json);
            json.WriteEndObject();
        }, cancellationToken);
    }
}
