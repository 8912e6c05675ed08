using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Batches.Lines;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Batches;

/// <summary>Why no further lines of a batch are answered.</summary>
internal enum MarchEnd
{
    /// <summary>None is left.</summary>
    Done,

    /// <summary>The owner asked for the end.</summary>
    Cancelled,

    /// <summary>The batch's time ran out.</summary>
    Expired,

    /// <summary>The owner may not ask any more.</summary>
    Refused,

    /// <summary>The file with the lines is gone.</summary>
    NoInput,

    /// <summary>The gateway stops.</summary>
    Stopping,

    /// <summary>Another gateway has the batch, or may have.</summary>
    Lost,
}

/// <summary>The answering of a batch's lines: as many at once as there are places, each until it is done or need not be any more.</summary>
internal sealed partial class LineMarch : IDisposable
{
    /// <summary>The longest answer of a line in bytes, roughly.</summary>
    public const int LongestAnswer = 80 * 1024 * 1024;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly BatchHold _hold;
    private readonly BatchJournal _journal;
    private readonly BatchServices _services;
    private readonly SemaphoreSlim _places;
    private readonly OperationProfile _profile;
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Lock _ending = new();

    // The first keeps further lines from beginning and ends all waiting, the second ends those that run.
    private readonly CancellationTokenSource _noMore = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly CancellationTokenSource _over = new();
    private MarchEnd? _end;
    private Task _grace = Task.CompletedTask;

    public LineMarch(BatchHold hold, BatchJournal journal, BatchServices services, SemaphoreSlim places)
    {
        (_hold, _journal, _services, _places) = (hold, journal, services, places);
        _profile = BatchEndpoints.Find(hold.Batch.Endpoint)!;
    }

    /// <summary>Why the owner may not ask any more; null where they may.</summary>
    public GatewayError? Refusal { get; private set; }

    /// <summary>Answers them.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<MarchEnd> RunAsync(InputLines lines, CancellationToken stopping)
    {
        using var registration = stopping.Register(() => End(MarchEnd.Stopping));
        Look();
        using var pulseEnd = new CancellationTokenSource();
        var pulse = Task.WhenAll(PulseAsync(pulseEnd.Token), WatchAsync(pulseEnd.Token));
        var answering = Enumerable.Range(0, Math.Min(_services.Settings.Concurrency, _hold.Batch.Total)).Select(_ => Task.Run(() => AnswerAsync(lines), CancellationToken.None)).ToArray();
        try
        {
            await Task.WhenAll(answering);
        }
        finally
        {
            await pulseEnd.CancelAsync();
            await _over.CancelAsync();
            await pulse;
            await _grace;
        }

        return _end ?? MarchEnd.Done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reading.Dispose();
        _noMore.Dispose();
        _abandoned.Dispose();
        _over.Dispose();
    }

    private async Task AnswerAsync(InputLines lines)
    {
        try
        {
            while (!_noMore.IsCancellationRequested)
            {
                if (await NextAsync(lines) is not { } line)
                {
                    return;
                }

                await AnswerAsync(line);
            }
        }
        catch (OperationCanceledException) when (_noMore.IsCancellationRequested)
        {
            // No further line begins.
        }
        catch
        {
            // What breaks one breaks all: the disk, or a bug.
            End(MarchEnd.Lost);
            throw;
        }
    }

    private async Task<BatchLine?> NextAsync(InputLines lines)
    {
        await _reading.WaitAsync(_noMore.Token);
        try
        {
            while (await lines.ReadAsync(_noMore.Token))
            {
                if (BatchLine.Read(lines.Line, _hold.Batch.Endpoint, out var line) is null && !_journal.IsDone(line.CustomId))
                {
                    // The next line takes the place of this one's bytes.
                    return line with { Body = line.Body.ToArray() };
                }
            }

            return null;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task AnswerAsync(BatchLine line)
    {
        var id = BatchIds.NewRequest(_services.Time);
        for (var (attempts, pauses) = (0, 0); ; pauses++)
        {
            if (await TryAsync(line, id) is not { } answer)
            {
                End(MarchEnd.Stopping);
                return;
            }

            if (answer.IsOwnerRefused)
            {
                Refusal = answer.Error;
                End(MarchEnd.Refused);
                return;
            }

            if (!answer.IsGood && _abandoned.IsCancellationRequested)
            {
                return;
            }

            attempts += answer.IsHeldUp ? 0 : 1;
            if (!answer.IsHeldUp && (!answer.MayPass || attempts >= _services.Settings.Attempts))
            {
                await _journal.AddAsync(line.CustomId, !answer.IsGood, answer.Error is { } error ? ResultLine.Of(id, line.CustomId, error) : ResultLine.Of(id, line.CustomId, answer.Status, answer.Body));
                return;
            }

            await Task.Delay(PauseOf(answer, pauses), _services.Time, _noMore.Token);
        }
    }

    // Who waits for another attempt takes no place from others.
    private async ValueTask<BatchAnswer?> TryAsync(BatchLine line, string id)
    {
        await _places.WaitAsync(_noMore.Token);
        try
        {
            if (_hold.IsLeaseOver)
            {
                // A machine that slept tells of it later than it goes on.
                End(MarchEnd.Lost);
                _noMore.Token.ThrowIfCancellationRequested();
            }

            return await _services.Calls.RunAsync((pipeline, policy, token) => AskAsync(pipeline, policy, line, id, token), _abandoned.Token);
        }
        catch (Exception fault) when (!_abandoned.IsCancellationRequested)
        {
            // A bug that one line meets must not have the whole batch begin again and again.
            Log.LineFailed(_services.Logger, fault, id, _hold.Batch.Id);
            return new BatchAnswer(500, default, new GatewayError(500, new ErrorBody($"The server failed to answer. The log has the details under the request id {id}.", ErrorTypes.Api)), WasSent: true);
        }
        finally
        {
            _places.Release();
        }
    }

    private async ValueTask<BatchAnswer> AskAsync(GatewayPipeline pipeline, RequestPolicy policy, BatchLine line, string id, CancellationToken cancellationToken)
    {
        if (_services.Calls.Recall(_hold.Batch, out var caller) is { } refusal)
        {
            // That the keys could not be read yet says nothing about the owner.
            return new BatchAnswer(refusal.Status, default, refusal, WasSent: false) { IsOwnerRefused = refusal.Status != 503 };
        }

        return await BatchCall.RunAsync(pipeline, policy, caller, _profile, line.Body, id, cancellationToken);
    }

    private TimeSpan PauseOf(BatchAnswer answer, int pauses)
    {
        var own = TimeSpan.FromTicks((long)(Math.Min(_services.FirstPause.Ticks * Math.Pow(2, Math.Min(pauses, 16)), s_longestPause.Ticks) * (1 + (Random.Shared.NextDouble() / 4))));
        return answer.Error?.RetryAfter is { } asked && asked > own ? asked < s_longestPause * 10 ? asked : s_longestPause * 10 : own;
    }

    private async Task PulseAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(_services.Pulse, _services.Time, end);
                Look();
                var (completed, failed) = (_journal.Completed, _journal.Failed);
                if (!await _hold.SaveAsync(batch => batch with { Completed = completed, Failed = failed }, end))
                {
                    End(MarchEnd.Lost);
                    return;
                }

                Look();
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (RecordsException)
            {
                // Others may reach it: the batch is this gateway's until its time is over, and no longer.
            }
        }
    }

    private async Task WatchAsync(CancellationToken end)
    {
        try
        {
            await _hold.WaitForLeaseEndAsync(end);
            End(MarchEnd.Lost);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The lines are done.
        }
    }

    private void Look()
    {
        if (_hold.Batch.CancellingAt is not null)
        {
            End(MarchEnd.Cancelled);
        }
        else if (_services.Time.GetUtcNow() >= _hold.Batch.ExpiresAt)
        {
            End(MarchEnd.Expired);
        }
        else if (_services.Calls.IsStopping)
        {
            End(MarchEnd.Stopping);
        }
    }

    private void End(MarchEnd end)
    {
        lock (_ending)
        {
            if (_end is not null && end != MarchEnd.Lost)
            {
                return;
            }

            _end = end;
        }

        _noMore.Cancel();
        if (end == MarchEnd.Lost)
        {
            _abandoned.Cancel();
        }
        else if (end != MarchEnd.Stopping)
        {
            // Those that run may end, but not take for ever. How long a stop takes is not for this to say.
            _grace = AbandonAsync();
        }
    }

    private async Task AbandonAsync()
    {
        await Task.Delay(_services.Grace, _services.Time, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_over.IsCancellationRequested)
        {
            await _abandoned.CancelAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1615, LogLevel.Error, "Request {RequestId} of the batch {Id} failed.")]
        public static partial void LineFailed(ILogger logger, Exception exception, string requestId, string id);
    }
}
