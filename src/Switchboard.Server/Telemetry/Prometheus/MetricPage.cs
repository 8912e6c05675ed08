using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Telemetry;
using Switchboard.Server.Configuration;
using Switchboard.Server.Storage.Redis;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>
/// The collector of this application, where one is wanted. It listens from the moment on that the endpoints are mapped,
/// before any request can come: what is counted does not begin with the first who asks for the page.
/// </summary>
internal sealed class MetricPage : IDisposable
{
    /// <summary>Begins to listen.</summary>
    public MetricPage(InitialConfiguration initial, TimeProvider time, ILogger<MetricCollector> logger, IMeterFactory? meters = null)
    {
        var server = initial.Configuration.Server;
        if (server.Metrics != MetricsAccess.Off)
        {
            Collector = new MetricCollector(server.MetricsMaxSeries, meters, time, logger);
            MetricZeros.Tell();
            RedisAvailability.TellZeros();
        }
    }

    /// <summary>The collector; null where <c>server.metrics</c> was off at the start.</summary>
    public MetricCollector? Collector { get; }

    /// <inheritdoc/>
    public void Dispose() => Collector?.Dispose();
}
