using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Accounting;

/// <summary>
/// Takes the rows of requests that ended and has them written in batches, a few each second. No request waits for it.
/// While the database is away batches go to disk, and from there to the database when it is back.
/// </summary>
public sealed partial class Ledger : IAsyncDisposable
{
    /// <summary>The most rows that wait in memory; with some thousand requests a second, a minute's.</summary>
    public const int Capacity = 100_000;

    private const int BatchSize = 1_000;

    // Both together, and the writing, are what a killed process may lose: less than a second.
    private static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // The first time the schema may have to be made; and what is on disk already is not lost by waiting.
    private static readonly TimeSpan s_longPatience = TimeSpan.FromSeconds(10);

    // Another process that shares the folder may leave something there; its own start sees to it sooner.
    private static readonly TimeSpan s_look = TimeSpan.FromMinutes(1);

    private readonly Channel<LedgerRow> _rows = Channel.CreateBounded<LedgerRow>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly ILedgerRecords _records;
    private readonly LedgerSpill? _spill;
    private readonly TimeProvider _time;
    private readonly ILogger<Ledger> _logger;
    private readonly Queue<LedgerBatch> _held = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _writing;
    private bool _isAway;
    private bool _isBehind;
    private bool _hasWritten;
    private long? _nothingOnDiskAt;
    private long _lost;

    /// <summary>Begins to write.</summary>
    /// <param name="records">Where the rows go.</param>
    /// <param name="spill">Where they wait while those are away; null to wait in memory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the database goes away and comes back.</param>
    public Ledger(ILedgerRecords records, LedgerSpill? spill, TimeProvider time, ILogger<Ledger> logger)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_records, _spill, _time, _logger) = (records, spill, time, logger);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Rows that wait in memory.</summary>
    public int Waiting => _rows.Reader.Count;

    /// <summary>Rows that could be kept nowhere: the database and the disk took none while <see cref="Capacity"/> rows came.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Batches that wait on disk for the database.</summary>
    public int SpilledBatches => _spill?.Count ?? 0;

    /// <summary>Takes a row. Never waits.</summary>
    public void Add(LedgerRow row)
    {
        if (!_rows.Writer.TryWrite(row))
        {
            Lose(1);
        }
    }

    /// <summary>Writes what waits, to the database or to disk.</summary>
    public async ValueTask DisposeAsync()
    {
        _rows.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _writing;
        _stopping.Dispose();
    }

    private async Task WriteAsync()
    {
        do
        {
            await GatherAsync();
            var isBack = await ReplayAsync();
            while (TakeBatch() is { } batch)
            {
                isBack = isBack && await TryAppendAsync(batch);
                if (!isBack)
                {
                    await KeepAsync(batch);
                }
            }
        }
        while (!_rows.Reader.Completion.IsCompleted);

        // The last chance of what could go nowhere before.
        while (_held.TryDequeue(out var batch))
        {
            if (!await TryAppendAsync(batch) && !await TrySpillAsync(batch))
            {
                Lose(batch.Rows.Count);
            }
        }
    }

    // Waits for rows, or for the time to try again, and a moment more for others.
    private async Task GatherAsync()
    {
        try
        {
            if (_isBehind)
            {
                await Task.Delay(s_pause, _time, _stopping.Token);
            }
            else if (await _rows.Reader.WaitToReadAsync(_stopping.Token) && _rows.Reader.Count < BatchSize)
            {
                await Task.Delay(s_gathering, _time, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It stops: what is there is written at once.
        }
    }

    private LedgerBatch? TakeBatch()
    {
        if (!_rows.Reader.TryRead(out var first))
        {
            return null;
        }

        var rows = new List<LedgerRow> { first };
        while (rows.Count < BatchSize && _rows.Reader.TryRead(out var row))
        {
            rows.Add(row);
        }

        return new LedgerBatch(Guid.CreateVersion7(_time.GetUtcNow()), rows);
    }

    /// <summary>Brings in what waits elsewhere; false while the database takes none.</summary>
    private async Task<bool> ReplayAsync()
    {
        while (_held.TryPeek(out var batch))
        {
            if (!await TryAppendAsync(batch))
            {
                return false;
            }

            _held.Dequeue();
        }

        foreach (var file in FilesThatWait())
        {
            if (!await ReplayAsync(file))
            {
                return false;
            }
        }

        _isBehind = false;
        return true;
    }

    private IReadOnlyList<string> FilesThatWait()
    {
        if (_spill is null || (_nothingOnDiskAt is { } at && _time.GetElapsedTime(at) < s_look))
        {
            return [];
        }

        try
        {
            var files = _spill.Files;
            _nothingOnDiskAt = files.Count == 0 ? _time.GetTimestamp() : null;
            return files;
        }
        catch (Exception fault) when (IsOfDisk(fault))
        {
            TellUnreadable("its folder", fault);
            return [];
        }
    }

    private async Task<bool> ReplayAsync(string file)
    {
        try
        {
            if (await LedgerSpill.ReadAsync(file, CancellationToken.None) is not { } batch)
            {
                return true;
            }

            if (!await TryAppendAsync(batch, s_longPatience))
            {
                return false;
            }

            File.Delete(file);
        }
        catch (JsonException fault)
        {
            TellUnreadable(file, fault);
            TryPutAside(file);
        }
        catch (Exception fault) when (IsOfDisk(fault))
        {
            // It stays for the next time, and the database knows its id.
            TellUnreadable(file, fault);
        }

        return true;
    }

    private static bool IsOfDisk(Exception fault) => fault is IOException or UnauthorizedAccessException;

    // Once each: they are looked at again in every turn.
    private void TellUnreadable(string file, Exception fault)
    {
        if (_told.Add(file))
        {
            Log.Unreadable(_logger, file, fault);
        }
    }

    private Task<bool> TryAppendAsync(LedgerBatch batch) => TryAppendAsync(batch, _hasWritten ? s_patience : s_longPatience);

    private async Task<bool> TryAppendAsync(LedgerBatch batch, TimeSpan longest)
    {
        using var patience = new CancellationTokenSource(longest, _time);
        try
        {
            await WaitForAsync(_records.AppendAsync(batch.Id, batch.Rows, patience.Token), longest);
            _hasWritten = true;
        }
        catch (Exception fault) when (fault is RecordsUnavailableException or OperationCanceledException or TimeoutException)
        {
            if (!_isAway)
            {
                _isAway = true;
                Log.Away(_logger, fault);
            }

            return false;
        }
        catch (Exception fault)
        {
            // A refusal, or a bug in the way there: neither may end the writing of others.
            // It will not take it the next time either, and those behind it shall not wait.
            Log.Refused(_logger, fault);
            await PutAsideAsync(batch);
        }

        if (_isAway)
        {
            _isAway = false;
            Log.Back(_logger);
        }

        return true;
    }

    // What comes while the database takes its time goes to disk: a killed process would lose it. One that does not even give
    // up is left behind; if it writes the batch after all, the batch is known when it comes again.
    private async Task WaitForAsync(Task appending, TimeSpan longest)
    {
        var since = _time.GetTimestamp();
        while (await Task.WhenAny(appending, Task.Delay(s_patience, _time)) != appending && _time.GetElapsedTime(since) < longest + s_patience)
        {
            while (TakeBatch() is { } batch)
            {
                await KeepAsync(batch);
            }
        }

        if (!appending.IsCompleted)
        {
            _ = appending.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new TimeoutException("The database takes no rows and does not say so.");
        }

        await appending;
    }

    private async Task KeepAsync(LedgerBatch batch)
    {
        _isBehind = true;
        if (await TrySpillAsync(batch))
        {
            return;
        }

        _held.Enqueue(batch);
        while (_held.Count > Capacity / BatchSize)
        {
            Lose(_held.Dequeue().Rows.Count);
        }
    }

    private async Task PutAsideAsync(LedgerBatch batch)
    {
        if (await TrySpillAsync(batch))
        {
            TryPutAside(_spill!.FileOf(batch));
        }
        else
        {
            Lose(batch.Rows.Count);
        }
    }

    private void TryPutAside(string file)
    {
        try
        {
            LedgerSpill.PutAside(file);
        }
        catch (Exception fault) when (IsOfDisk(fault))
        {
            TellUnreadable(file, fault);
        }
    }

    private async Task<bool> TrySpillAsync(LedgerBatch batch)
    {
        if (_spill is null)
        {
            return false;
        }

        try
        {
            _nothingOnDiskAt = null;
            await _spill.WriteAsync(batch, CancellationToken.None);
            AccountingMetrics.Spilled.Add(batch.Rows.Count);
            return true;
        }
        catch (Exception fault) when (IsOfDisk(fault))
        {
            Log.NotSpilled(_logger, fault);
            return false;
        }
    }

    private void Lose(int rows)
    {
        AccountingMetrics.Lost.Add(rows);
        if (Interlocked.Add(ref _lost, rows) == rows)
        {
            Log.Lost(_logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1300, LogLevel.Warning, "The ledger cannot be written; its rows wait until the database is back.")]
        public static partial void Away(ILogger logger, Exception exception);

        [LoggerMessage(1301, LogLevel.Information, "The ledger is written again.")]
        public static partial void Back(ILogger logger);

        [LoggerMessage(1302, LogLevel.Error, "The rows of the ledger in {File} cannot be read.")]
        public static partial void Unreadable(ILogger logger, string file, Exception exception);

        [LoggerMessage(1305, LogLevel.Error, "The database refuses rows of the ledger; they are put aside.")]
        public static partial void Refused(ILogger logger, Exception exception);

        [LoggerMessage(1303, LogLevel.Error, "Rows of the ledger cannot be put on disk, and wait in memory.")]
        public static partial void NotSpilled(ILogger logger, Exception exception);

        [LoggerMessage(1304, LogLevel.Critical, "Rows of the ledger are lost: neither the database nor the disk takes them.")]
        public static partial void Lost(ILogger logger);
    }
}
