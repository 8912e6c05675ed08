using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Batches.Lines;
using Switchboard.Gateway.Files;

namespace Switchboard.Gateway.Batches;

/// <summary>
/// A batch from where it stands to its end, or to where this gateway has to let go of it. Everything it does can be done
/// again from what is kept: the records say how far it is, the journal which lines are done.
/// </summary>
internal sealed partial class BatchRun(Batch taken, BatchServices services, SemaphoreSlim places) : IDisposable
{
    private readonly BatchHold _hold = new(taken, services);

    /// <summary>Runs it.</summary>
    /// <param name="stopping">Fires when the gateway has stopped waiting.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var end = new CancellationTokenSource();
        var keeping = _hold.KeepAsync(end.Token);
        try
        {
            if (_hold.Batch.IsOver)
            {
                await BatchNotice.SendAsync(_hold, services, stopping);
                return;
            }

            if (_hold.Batch.State == BatchState.Validating && !await ValidateAsync(stopping))
            {
                return;
            }

            if (_hold.Batch.State != BatchState.InProgress || await AnswerAsync(stopping))
            {
                await FinishAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Another takes it up when its time with this one is over.
        }
        catch (Exception fault)
        {
            // The boundary of work that nobody's request carries: it is tried again when its time with this one is over.
            Log.BrokenOff(services.Logger, fault, _hold.Batch.Id);
        }
        finally
        {
            await end.CancelAsync();
            await keeping;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _hold.Dispose();

    private async Task<InputLines?> OpenAsync(CancellationToken cancellationToken)
    {
        var batch = _hold.Batch;
        return await services.Files.FindAsync(batch.Tenant, batch.InputFileId, cancellationToken) is { } file
            && await services.Files.OpenAsync(file, cancellationToken) is { } content
            ? new InputLines(content, services.Calls.LongestLine)
            : null;
    }

    private async Task<bool> ValidateAsync(CancellationToken cancellationToken)
    {
        if (_hold.Batch.CancellingAt is not null)
        {
            await EndAsync(BatchState.Cancelled, null, cancellationToken);
            return false;
        }

        await using var lines = await OpenAsync(cancellationToken);
        if (lines is null)
        {
            await EndAsync(BatchState.Failed, NoInput(), cancellationToken);
            return false;
        }

        var (total, faults) = await BatchValidation.CheckAsync(lines, _hold.Batch.Endpoint, cancellationToken);
        if (faults.Count > 0)
        {
            await EndAsync(BatchState.Failed, BatchFault.ToJson(faults), cancellationToken);
            return false;
        }

        return await _hold.SaveAsync(batch => batch with { State = BatchState.InProgress, InProgressAt = services.Time.GetUtcNow(), Total = total }, cancellationToken);
    }

    // False where this gateway has to let go of it before its lines are done.
    private async Task<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        var former = _hold.Batch;
        await using var journal = await BatchJournal.OpenAsync(former, services.Contents, services.Calls.LongestLine + LineMarch.LongestAnswer, cancellationToken);
        if (!await _hold.SaveAsync(batch => batch with { Journal = batch.Epoch, Completed = journal.Completed, Failed = journal.Failed }, cancellationToken))
        {
            return false;
        }

        await BatchJournal.DeleteAsync(former, services.Contents, former.Epoch, cancellationToken);
        using var march = new LineMarch(_hold, journal, services, places);
        await using var lines = await OpenAsync(cancellationToken);
        var end = lines is null ? MarchEnd.NoInput : await march.RunAsync(lines, cancellationToken);
        if (end is MarchEnd.Stopping or MarchEnd.Lost)
        {
            // The next one goes on at once.
            await _hold.LetGoAsync(batch => Counted(batch, journal), services.Time.GetUtcNow(), CancellationToken.None);
            return false;
        }

        if (end == MarchEnd.Expired)
        {
            await ExpireAsync(journal, cancellationToken);
        }

        var (output, errors) = journal.Lengths;
        var outcome = end switch
        {
            MarchEnd.Done => BatchState.Completed,
            MarchEnd.Cancelled => BatchState.Cancelled,
            MarchEnd.Expired => BatchState.Expired,
            _ => BatchState.Failed,
        };
        return await _hold.SaveAsync(
            batch => Counted(batch, journal) with
            {
                State = BatchState.Finalizing,
                FinalizingAt = services.Time.GetUtcNow(),
                Outcome = outcome,
                Errors = end == MarchEnd.NoInput ? NoInput() : march.Refusal is { } refusal ? BatchFault.ToJson(new BatchFault(refusal.Body.Code ?? "refused", refusal.Body.Message)) : null,
                OutputFileId = output > 0 ? FileIds.New(services.Time) : null,
                ErrorFileId = errors > 0 ? FileIds.New(services.Time) : null,
            },
            cancellationToken);
    }

    private async Task ExpireAsync(BatchJournal journal, CancellationToken cancellationToken)
    {
        await using var lines = await OpenAsync(cancellationToken);
        var last = Task.CompletedTask;
        while (lines is not null && await lines.ReadAsync(cancellationToken))
        {
            if (BatchLine.Read(lines.Line, _hold.Batch.Endpoint, out var line) is null && !journal.IsDone(line.CustomId))
            {
                last = journal.AddAsync(line.CustomId, isFailed: true, ResultLine.Expired(BatchIds.NewRequest(services.Time), line.CustomId));
            }
        }

        // They are kept in their order.
        await last;
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        var batch = _hold.Batch;
        if (batch.State != BatchState.Finalizing)
        {
            return;
        }

        await KeepAsync(batch.OutputFileId, "output", BatchJournal.OutputOf(batch, batch.Journal), cancellationToken);
        await KeepAsync(batch.ErrorFileId, "error", BatchJournal.ErrorsOf(batch, batch.Journal), cancellationToken);

        // It may have been cancelled in the moment in which its last line was done.
        var outcome = batch is { CancellingAt: not null, Outcome: BatchState.Completed } ? BatchState.Cancelled : batch.Outcome ?? BatchState.Completed;
        await EndAsync(outcome, batch.Errors, cancellationToken);
        await BatchJournal.DeleteAsync(batch, services.Contents, but: 0, cancellationToken);
    }

    private async Task KeepAsync(string? id, string what, string name, CancellationToken cancellationToken)
    {
        if (id is null)
        {
            return;
        }

        var batch = _hold.Batch;
        var length = await LengthAsync(name, cancellationToken) ?? await LengthAsync(id, cancellationToken) ?? 0;
        var now = services.Time.GetUtcNow();
        var kept = batch.OutputKept ?? FilePurposes.KeptFor(FilePurposes.BatchOutput);
        await services.Files.KeepAsync(name, new StoredFile(id, batch.Tenant, $"{batch.Id}_{what}.jsonl", FilePurposes.BatchOutput, length, now, now + kept), cancellationToken);
    }

    private async Task<long?> LengthAsync(string name, CancellationToken cancellationToken)
    {
        await using var content = await services.Contents.OpenAsync(name, cancellationToken);
        return content?.Length;
    }

    private async Task EndAsync(BatchState state, string? errors, CancellationToken cancellationToken)
    {
        var now = services.Time.GetUtcNow();
        DateTimeOffset? dueAt = services.Settings.Webhook is null ? null : now;
        if (await _hold.LetGoAsync(batch => batch with { State = state, EndedAt = now, Errors = errors }, dueAt, cancellationToken))
        {
            Log.Ended(services.Logger, _hold.Batch.Id, _hold.Batch.Status, _hold.Batch.Completed, _hold.Batch.Failed, _hold.Batch.Total);
        }
    }

    private string NoInput() => BatchFault.ToJson(new BatchFault("file_not_found", $"The file '{_hold.Batch.InputFileId}' is not there any more.", "input_file_id"));

    private static Batch Counted(Batch batch, BatchJournal journal) => batch with { Completed = journal.Completed, Failed = journal.Failed };

    private static partial class Log
    {
        [LoggerMessage(1610, LogLevel.Error, "The batch {Id} was broken off; it is taken up again in a moment.")]
        public static partial void BrokenOff(ILogger logger, Exception exception, string id);

        [LoggerMessage(1611, LogLevel.Information, "The batch {Id} is {Status}: {Completed} lines were answered and {Failed} failed, of {Total}.")]
        public static partial void Ended(ILogger logger, string id, string status, int completed, int failed, int total);
    }
}
