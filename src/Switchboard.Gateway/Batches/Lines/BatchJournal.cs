using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Batches.Lines;

/// <summary>
/// The lines of a batch that are done: two contents that become its output and its error file. A line counts once it
/// outlasts the power; those that come together are made to with one wait.
/// </summary>
/// <remarks>
/// Each epoch has contents of its own, with what was done before copied into them: a gateway that lost the batch and does
/// not know it yet writes where nobody reads.
/// </remarks>
internal sealed class BatchJournal : IAsyncDisposable
{
    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, bool> _done = new(StringComparer.Ordinal);
    private readonly IFileWriter _output;
    private readonly IFileWriter _errors;
    private readonly Task _writing;
    private int _completed;
    private int _failed;

    private BatchJournal(IFileWriter output, IFileWriter errors)
    {
        (_output, _errors) = (output, errors);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>How many lines were answered.</summary>
    public int Completed => Volatile.Read(ref _completed);

    /// <summary>How many failed.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>The name of a batch's answers while they are written.</summary>
    public static string OutputOf(Batch batch, long epoch) => $"{batch.Id}.{epoch}.output";

    /// <summary>The name of a batch's failed lines while they are written.</summary>
    public static string ErrorsOf(Batch batch, long epoch) => $"{batch.Id}.{epoch}.errors";

    /// <summary>Opens the journal of a batch's epoch, with what the one before it holds.</summary>
    public static async Task<BatchJournal> OpenAsync(Batch batch, IFileContents contents, int longest, CancellationToken cancellationToken)
    {
        var output = await contents.CreateAsync(OutputOf(batch, batch.Epoch), cancellationToken);
        var errors = await contents.CreateAsync(ErrorsOf(batch, batch.Epoch), cancellationToken);
        var journal = new BatchJournal(output, errors);
        try
        {
            if (batch.Journal > 0)
            {
                await journal.CopyAsync(await contents.OpenAsync(OutputOf(batch, batch.Journal), cancellationToken), false, longest, cancellationToken);
                await journal.CopyAsync(await contents.OpenAsync(ErrorsOf(batch, batch.Journal), cancellationToken), true, longest, cancellationToken);
            }

            await output.SyncAsync(cancellationToken);
            await errors.SyncAsync(cancellationToken);
            return journal;
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Deletes what is left of a batch's journals, but for those of an epoch.</summary>
    public static async Task DeleteAsync(Batch batch, IFileContents contents, long but, CancellationToken cancellationToken)
    {
        for (var epoch = Math.Max(1, Math.Min(batch.Journal, batch.Epoch - 8)); epoch <= batch.Epoch; epoch++)
        {
            if (epoch != but)
            {
                await contents.DeleteAsync(OutputOf(batch, epoch), cancellationToken);
                await contents.DeleteAsync(ErrorsOf(batch, epoch), cancellationToken);
            }
        }
    }

    /// <summary>Whether a line is done.</summary>
    public bool IsDone(string customId) => _done.ContainsKey(customId);

    /// <summary>Notes that a line is done; returns when that outlasts the power.</summary>
    public Task AddAsync(string customId, bool isFailed, ReadOnlyMemory<byte> line)
    {
        var entry = new Entry(customId, isFailed, line, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return _entries.Writer.TryWrite(entry) ? entry.Kept.Task : throw new InvalidOperationException("The journal is closed.");
    }

    /// <summary>How long output and errors are. Once nobody adds any more.</summary>
    public (long Output, long Errors) Lengths => (_output.Length, _errors.Length);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writing;
        await _output.DisposeAsync();
        await _errors.DisposeAsync();
    }

    // Where the one before was broken off in the midst of a line, that line is not done.
    private async Task CopyAsync(Stream? former, bool isFailed, int longest, CancellationToken cancellationToken)
    {
        if (former is null)
        {
            return;
        }

        var length = former.Length;
        var ending = new byte[1];
        former.Seek(Math.Max(0, length - 1), SeekOrigin.Begin);
        var isWhole = await former.ReadAsync(ending, cancellationToken) == 0 || ending[0] == '\n';
        former.Seek(0, SeekOrigin.Begin);
        await using var lines = new InputLines(former, longest);
        var copy = new ArrayBufferWriter<byte>();
        var to = isFailed ? _errors : _output;
        var (read, customId) = (false, (string?)null);
        while ((read = await lines.ReadAsync(cancellationToken)) || copy.WrittenCount > 0)
        {
            // The last one is written once it is known to be whole: a further one follows, or the end of a line.
            if (copy.WrittenCount > 0 && (read || isWhole) && customId is not null && _done.TryAdd(customId, isFailed))
            {
                await to.WriteAsync(copy.WrittenMemory, cancellationToken);
                _ = isFailed ? _failed++ : _completed++;
            }

            copy.ResetWrittenCount();
            if (!read)
            {
                break;
            }

            customId = ResultLine.CustomIdOf(lines.Line.Span);
            copy.Write(lines.Line.Span);
            copy.Write("\n"u8);
        }
    }

    private async Task WriteAsync()
    {
        var batch = new List<Entry>();
        Exception? fault = null;
        while (await _entries.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (_entries.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            try
            {
                // What is behind a torn line would be taken for a part of it.
                if (fault is not null)
                {
                    throw fault;
                }

                await WriteAsync(_output, batch, isFailed: false);
                await WriteAsync(_errors, batch, isFailed: true);
                batch.ForEach(Count);
            }
            catch (Exception exception)
            {
                // It is told to those whose lines they are.
                fault = exception;
                batch.ForEach(entry => entry.Kept.TrySetException(exception));
            }
        }
    }

    private static async Task WriteAsync(IFileWriter to, List<Entry> entries, bool isFailed)
    {
        var isDirty = false;
        foreach (var entry in entries)
        {
            if (entry.IsFailed == isFailed)
            {
                isDirty = true;
                await to.WriteAsync(entry.Line, CancellationToken.None);
            }
        }

        if (isDirty)
        {
            await to.SyncAsync(CancellationToken.None);
        }
    }

    private void Count(Entry entry)
    {
        if (_done.TryAdd(entry.CustomId, entry.IsFailed))
        {
            _ = entry.IsFailed ? Interlocked.Increment(ref _failed) : Interlocked.Increment(ref _completed);
        }

        entry.Kept.TrySetResult();
    }

    private readonly record struct Entry(string CustomId, bool IsFailed, ReadOnlyMemory<byte> Line, TaskCompletionSource Kept);
}
