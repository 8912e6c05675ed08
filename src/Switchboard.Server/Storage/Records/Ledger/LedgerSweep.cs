using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Switchboard.Server.Storage.Records.Ledger;

/// <summary>Has the rows taken out of the ledger that are kept no longer: at the start and once an hour, as the configuration then says.</summary>
internal sealed partial class LedgerSweep(GatewayRuntime runtime, LedgerRetention retention, TimeProvider time, ILogger<LedgerSweep> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            if (runtime.Configuration.Ledger.KeepDays is { } days)
            {
                await SweepAsync(days, stoppingToken);
            }

            await Task.Delay(s_interval, time, stoppingToken);
        }
    }

    private async Task SweepAsync(int days, CancellationToken cancellationToken)
    {
        try
        {
            // Whole days, as the sums have them: what a day's rows say is all of it or nothing.
            var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
            if (await retention.DeleteBeforeAsync(today.AddDays(-days), cancellationToken) is > 0 and var rows)
            {
                Log.Swept(logger, rows, days);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The boundary of work that nobody's request carries. The next hour is soon enough.
            Log.NotSwept(logger, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1306, LogLevel.Information, "{Rows} rows of the ledger that were older than {Days} days were taken out.")]
        public static partial void Swept(ILogger logger, long rows, int days);

        [LoggerMessage(1307, LogLevel.Warning, "Old rows of the ledger could not be taken out: {Fault}")]
        public static partial void NotSwept(ILogger logger, string fault);
    }
}
