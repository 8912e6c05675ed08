using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Configuration;

namespace Switchboard.Server.Telemetry;

/// <summary>Sends traces and metrics while the application runs, where the configuration says where to. Else OpenTelemetry is not even loaded.</summary>
internal sealed partial class TelemetryExport(InitialConfiguration initial, ILogger<TelemetryExport> logger) : IHostedService, IDisposable
{
    // What is left is sent while others stop; a collector that is away must not hold the process up.
    private static readonly TimeSpan s_longestFarewell = TimeSpan.FromSeconds(5);

    private OtlpExport? _export;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = initial.Configuration.Telemetry;
        if (settings.SendsTraces || settings.SendsMetrics)
        {
            Start(settings);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) =>
        _export is null || cancellationToken.IsCancellationRequested ? Task.CompletedTask : Task.Run(() => _export.Flush(s_longestFarewell), CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose() => _export?.Dispose();

    // Apart, so that its types are looked for only here.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Start(TelemetrySettings settings)
    {
        var collector = (settings.Endpoint ?? settings.TracesEndpoint ?? settings.MetricsEndpoint)!.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        _export = OtlpExport.Start(settings, what => Log.NotTaken(logger, what, collector));
        Log.Sending(logger, settings.SendsTraces, settings.SendsMetrics, collector);
    }

    private static partial class Log
    {
        [LoggerMessage(1040, LogLevel.Information, "Traces ({Traces}) and metrics ({Metrics}) go to {Endpoint}.")]
        public static partial void Sending(ILogger logger, bool traces, bool metrics, string endpoint);

        [LoggerMessage(1041, LogLevel.Warning, "{What} could not be sent: the collector at {Endpoint} did not take them.")]
        public static partial void NotTaken(ILogger logger, string what, string endpoint);
    }
}
