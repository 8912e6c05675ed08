using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Batches;

/// <summary>
/// A batch that this gateway has taken up: what is known of it, and the writing of what becomes of it. Each writing also
/// says that the gateway is still there.
/// </summary>
internal sealed class BatchHold(Batch taken, BatchServices services) : IDisposable
{
    private readonly SemaphoreSlim _saving = new(1);
    private long _savedAt = ((taken.DueAt - services.Lease) ?? services.Time.GetUtcNow()).UtcTicks;
    private bool _isLetGo;

    /// <summary>The batch as it was written last.</summary>
    public Batch Batch { get; private set; } = taken;

    /// <summary>Somebody else has it now, or may have: nothing may be done for it any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The time that the gateway said is over, or about to be.</summary>
    public bool IsLeaseOver => LeaseLeft <= TimeSpan.Zero;

    // Well before others may take it up: clocks differ, and what runs takes a moment to end.
    private TimeSpan LeaseLeft => (services.Lease * 0.8) - TimeSpan.FromTicks(services.Time.GetUtcNow().UtcTicks - Volatile.Read(ref _savedAt));

    /// <summary>Writes a change.</summary>
    /// <returns>False where the batch is lost.</returns>
    /// <exception cref="RecordsException">The database is away.</exception>
    public Task<bool> SaveAsync(Func<Batch, Batch> change, CancellationToken cancellationToken) =>
        WriteAsync(batch => change(batch) with { DueAt = services.Time.GetUtcNow() + services.Lease }, letsGo: false, cancellationToken);

    /// <summary>Writes a change, and lets go of the batch.</summary>
    /// <param name="change">What becomes of it.</param>
    /// <param name="dueAt">From when on it is to be taken up again; null for never.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>False where the batch is lost.</returns>
    public Task<bool> LetGoAsync(Func<Batch, Batch> change, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        WriteAsync(batch => change(batch) with { DueAt = dueAt }, letsGo: true, cancellationToken);

    /// <summary>Says from time to time that the gateway is still there, until the end or until the batch is let go of.</summary>
    public async Task KeepAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested && !IsLost && !_isLetGo)
        {
            try
            {
                await Task.Delay(services.Lease / 3, services.Time, end);
                await SaveAsync(batch => batch, end);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (RecordsException)
            {
                // Who writes something sees it, too.
            }
        }
    }

    /// <summary>Waits until the time that the gateway said is over, or about to be. A writing that hangs does not hold it up.</summary>
    public async Task WaitForLeaseEndAsync(CancellationToken end)
    {
        while (LeaseLeft is var left && left > TimeSpan.Zero)
        {
            // The clock counts whole milliseconds.
            await Task.Delay(left + TimeSpan.FromMilliseconds(1), services.Time, end);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _saving.Dispose();

    private async Task<bool> WriteAsync(Func<Batch, Batch> change, bool letsGo, CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken);
        try
        {
            if (IsLost || _isLetGo)
            {
                return false;
            }

            var at = services.Time.GetUtcNow().UtcTicks;
            if (await services.Records.SaveAsync(change(Batch), cancellationToken) is not { } saved)
            {
                IsLost = true;
                return false;
            }

            (Batch, _isLetGo) = (saved, letsGo);
            Volatile.Write(ref _savedAt, at);
            return true;
        }
        finally
        {
            _saving.Release();
        }
    }
}
