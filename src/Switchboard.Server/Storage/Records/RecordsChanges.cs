using Microsoft.Extensions.Logging;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records;

/// <summary>
/// Asks the database for the revision while somebody waits for another one. What this node writes it is told of, and
/// does not ask for.
/// </summary>
internal sealed partial class RecordsChanges(Func<CancellationToken, Task<long>>? ask, TimeProvider time, ILogger logger) : IRecordsChanges, IAsyncDisposable
{
    /// <summary>How often it asks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>How often at least while the database is away.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _changed = New();
    private Task _asking = Task.CompletedTask;
    private bool _isAsking;
    private int _waiting;
    private long _known;

    /// <summary>True while the database does not answer.</summary>
    public bool IsAway { get; private set; }

    /// <inheritdoc/>
    public async Task<long> WaitBeyondAsync(long revision, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_known > revision)
                {
                    return _known;
                }

                ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
                changed = _changed.Task;
                _waiting++;
                if (!_isAsking && ask is not null)
                {
                    _isAsking = true;
                    _asking = Task.Run(() => AskWhileWaitedForAsync(ask, _stopping.Token), CancellationToken.None);
                }
            }

            try
            {
                await changed.WaitAsync(cancellationToken);
            }
            finally
            {
                lock (_lock)
                {
                    _waiting--;
                }
            }
        }
    }

    /// <summary>Tells those who wait of a revision that was committed.</summary>
    public void Tell(long revision)
    {
        lock (_lock)
        {
            if (revision > _known)
            {
                _known = revision;
                _changed.SetResult();
                _changed = New();
            }
        }
    }

    /// <summary>Ends the asking; those who wait are told so by an <see cref="OperationCanceledException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Task asking;
        lock (_lock)
        {
            _stopping.Cancel();
            _changed.TrySetCanceled();
            asking = _asking;
        }

        await asking;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AskWhileWaitedForAsync(Func<CancellationToken, Task<long>> revision, CancellationToken stopping)
    {
        var interval = Interval;
        while (IsWaitedFor(stopping))
        {
            try
            {
                Tell(await revision(stopping));
                interval = Interval;
                Note(null);
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                // The boundary of work that nobody's request carries.
                interval = interval * 2 < LongestInterval ? interval * 2 : LongestInterval;
                Note(fault);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(interval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool IsWaitedFor(CancellationToken stopping)
    {
        lock (_lock)
        {
            return _isAsking = _waiting > 0 && !stopping.IsCancellationRequested;
        }
    }

    private void Note(Exception? fault)
    {
        if (fault is not null && !IsAway)
        {
            Log.Away(logger, fault.Message);
        }
        else if (fault is null && IsAway)
        {
            Log.Back(logger);
        }

        IsAway = fault is not null;
    }

    private static partial class Log
    {
        [LoggerMessage(1400, LogLevel.Warning, "Changes of other nodes are not seen while the database does not answer: {Fault}")]
        public static partial void Away(ILogger logger, string fault);

        [LoggerMessage(1401, LogLevel.Warning, "The database answers again.")]
        public static partial void Back(ILogger logger);
    }
}
