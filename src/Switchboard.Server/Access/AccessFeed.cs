using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.State;
using Switchboard.Server.Health;

namespace Switchboard.Server.Access;

/// <summary>
/// Tells the gatekeeper and the providers what the records hold: all of it at the start, and then every change, whichever
/// gateway made it. While the database is away what is known holds.
/// </summary>
internal sealed partial class AccessFeed(
    Gatekeeper keeper,
    KeptSecrets secrets,
    GatewayRuntime runtime,
    IAccessRecords records,
    IRecordsChanges changes,
    StartupStages stages,
    TimeProvider time,
    ILogger<AccessFeed> logger) : BackgroundService
{
    // A database that is away does not keep the gateway from starting: who needs a key is told to come again.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        try
        {
            await _loaded.Task.WaitAsync(s_longestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on by itself; who reads the log is told what is missing meanwhile.
            runtime.TakeSecrets();
        }
    }

    /// <summary>Reads what has changed now: whoever made a change sees it in force afterwards.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var changed = await records.ReadBeyondAsync(keeper.Revision, cancellationToken);
            keeper.Take(changed);
            if (secrets.Take(changed.Secrets))
            {
                runtime.TakeSecrets();
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Reads what has changed, if it can be: the change is written, whatever becomes of the reading.</summary>
    public async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
        }
        catch (RecordsException)
        {
            // It tries on by itself.
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _reading.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isAway = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RefreshAsync(stoppingToken);
                stages.Done(StartupStages.Keys);
                _loaded.TrySetResult();
                isAway = false;
                await changes.WaitBeyondAsync(keeper.Revision, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // The boundary of work that nobody's request carries.
                if (!isAway)
                {
                    Log.NotRead(logger, fault.Message);
                }

                isAway = true;
                await Task.Delay(s_retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1500, LogLevel.Error, "Keys, projects and teams cannot be read; what is known of them holds: {Fault}")]
        public static partial void NotRead(ILogger logger, string fault);
    }
}
