using Microsoft.Extensions.Logging;

namespace Switchboard.Gateway.Batches;

/// <summary>
/// Takes up batches that are due, and runs several side by side; they share the places for lines. Also deletes files that
/// have expired.
/// </summary>
public sealed partial class BatchWorker(BatchServices services) : IDisposable
{
    /// <summary>The most batches that are run side by side.</summary>
    private const int MostBatches = 8;

    private static readonly TimeSpan s_sweep = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _places = new(Math.Max(1, services.Settings.Concurrency));
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly List<Task> _running = [];
    private DateTimeOffset _sweptAt;
    private bool _isAway;

    /// <summary>Says that there may be a batch to take up.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was said already.
        }
    }

    /// <summary>Runs until the gateway stops, and then until each batch is let go of.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            _running.RemoveAll(run => run.IsCompleted);
            try
            {
                await SweepAsync(stopping);
                if (await TakeAsync(stopping))
                {
                    continue;
                }

                _isAway = false;
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                // The boundary of work that nobody's request carries.
                if (!_isAway)
                {
                    Log.Away(services.Logger, fault.Message);
                }

                _isAway = true;
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await WaitAsync(stopping);
        }

        await Task.WhenAll(_running);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _places.Dispose();
        _wake.Dispose();
    }

    private async Task<bool> TakeAsync(CancellationToken stopping)
    {
        if (services.Settings.Concurrency == 0 || services.Calls.IsStopping || _running.Count >= MostBatches
            || await services.Records.TakeAsync(services.Time.GetUtcNow() + services.Lease, stopping) is not { } batch)
        {
            return false;
        }

        _running.Add(Task.Run(() => RunAsync(batch, stopping), CancellationToken.None));
        return true;
    }

    private async Task RunAsync(Batch batch, CancellationToken stopping)
    {
        using var run = new BatchRun(batch, services, _places);
        await run.RunAsync(stopping);
        Wake();
    }

    private async Task SweepAsync(CancellationToken stopping)
    {
        if (services.Time.GetUtcNow() - _sweptAt < s_sweep)
        {
            return;
        }

        _sweptAt = services.Time.GetUtcNow();
        try
        {
            await services.Files.SweepAsync(stopping);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // A file that cannot be deleted keeps no batch from being taken up.
            Log.NotSwept(services.Logger, fault.Message);
        }
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var pause = Task.Delay(services.Pulse, services.Time, woken.Token);
        await Task.WhenAny(pause, _wake.WaitAsync(woken.Token));
        await woken.CancelAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1614, LogLevel.Error, "Batches cannot be taken up; it is tried again: {Fault}")]
        public static partial void Away(ILogger logger, string fault);

        [LoggerMessage(1619, LogLevel.Error, "Files that have expired cannot be deleted; it is tried again: {Fault}")]
        public static partial void NotSwept(ILogger logger, string fault);
    }
}
