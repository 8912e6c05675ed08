using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Access;

/// <summary>Writes down when keys were used last: once a minute, and at a clean stop.</summary>
internal sealed partial class KeyUseWriter(Gatekeeper keeper, IAccessRecords records, TimeProvider time, ILogger<KeyUseWriter> logger) : BackgroundService
{
    /// <summary>How often it writes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!cancellationToken.IsCancellationRequested)
        {
            // The requests have ended: those before it were the last.
            await WriteAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, stoppingToken);
            await WriteAsync(stoppingToken);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await keeper.WriteUsesAsync(uses => records.NoteUseAsync(uses, cancellationToken));
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The boundary of work that nobody's request carries. A minute's difference is no reason to stop.
            Log.NotWritten(logger, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Warning, "When keys were used last could not be written down: {Fault}")]
        public static partial void NotWritten(ILogger logger, string fault);
    }
}
