using System.Net.Sockets;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Diagnosis;

namespace Switchboard.Server.Diagnosis;

/// <summary>Looks whether what takes traces and metrics can be reached.</summary>
internal static class CollectorFindings
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>One finding an address; none where nothing is sent.</summary>
    public static async Task<IReadOnlyList<Finding>> OfAsync(TelemetrySettings telemetry, CancellationToken cancellationToken)
    {
        var addresses = new[] { ("telemetry.endpoint", telemetry.Endpoint), ("telemetry.traces_endpoint", telemetry.TracesEndpoint), ("telemetry.metrics_endpoint", telemetry.MetricsEndpoint) };
        return telemetry.SendsTraces || telemetry.SendsMetrics
            ? await Task.WhenAll(addresses.Where(one => one.Item2 is not null).Select(one => OfAsync(one.Item1, one.Item2!, cancellationToken)))
            : [];
    }

    // A gateway runs without it: what is not sent is lost, and nothing else.
    private static async Task<Finding> OfAsync(string subject, Uri address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.IdnHost, address.Port, limit.Token);
            return new(Verdict.Ok, subject, $"The collector at {address.IdnHost}:{address.Port} can be reached.");
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(Verdict.Warn, subject, $"The collector at {address.IdnHost}:{address.Port} cannot be reached: traces and metrics are lost until it can.");
        }
    }
}
