using System.Buffers;
using System.IO.Pipelines;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>
/// Sends a generation as an event stream. The status is committed with the first text, or after a while of waiting
/// for a place; then a comment goes out wherever nothing else does for long.
/// </summary>
internal sealed class StreamedAnswer(GatewayCall call, string model, EventWriter events, TimeSpan commitAfter, TimeSpan heartbeat, TimeProvider time) : IAsyncDisposable
{
    // Held while the pipe is written and flushed: the heartbeat writes beside the generation.
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Dictionary<int, int> _tokens = [];
    private AnswerEnds _ends;
    private PipeWriter? _output;
    private Task _beating = Task.CompletedTask;
    private long _lastWrite;

    /// <summary>Sends the whole generation.</summary>
    /// <param name="updates">The generation.</param>
    /// <param name="promptTokens">For the usage.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    public async ValueTask<GatewayOutcome> RunAsync(IAsyncEnumerable<GenerationUpdate> updates, int promptTokens, CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var enumerator = updates.GetAsyncEnumerator(leaving.Token);
        try
        {
            var hasNext = await BeginAsync(enumerator, leaving, cancellationToken);
            return await SendAsync(enumerator, hasNext, promptTokens, leaving, cancellationToken);
        }
        catch (Exception fault) when (_output is not null && LocalFaults.ToError(fault, call.Operation, cancellationToken) is { } error)
        {
            return await EndWithErrorAsync(error.Body, cancellationToken);
        }
    }

    /// <summary>Ends the heartbeat.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _beating;
        _ended.Dispose();
        _writing.Dispose();
        events.Dispose();
    }

    private async ValueTask<bool> BeginAsync(IAsyncEnumerator<GenerationUpdate> enumerator, CancellationTokenSource leaving, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var first = enumerator.MoveNextAsync().AsTask();
        try
        {
            await WaitForFirstAsync(first, cancellationToken);
            var hasNext = await first;
            call.Timings.Add(CallTimings.FirstByte, time.GetElapsedTime(startedAt));
            Commit();
            return hasNext;
        }
        catch
        {
            await EndReadingAsync(first, leaving);
            throw;
        }
    }

    private async ValueTask WaitForFirstAsync(Task first, CancellationToken cancellationToken)
    {
        try
        {
            await first.WaitAsync(commitAfter, time, cancellationToken);
        }
        catch (TimeoutException) when (!first.IsCompleted)
        {
            // It waits for its place: from here on the connection is kept open by comments.
            Commit();
            await WriteAsync(static (output, _) => output.Write(SseWriter.KeepAlive), 0, cancellationToken);
        }
    }

    // A generation must not be left while it is being read: it is cancelled, and the reading ends first.
    private static async ValueTask EndReadingAsync(Task reading, CancellationTokenSource leaving)
    {
        await leaving.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Commit()
    {
        if (_output is null)
        {
            _output = call.Sink.Commit(AnswerHead.EventStream);
            _lastWrite = time.GetTimestamp();
            _beating = heartbeat > TimeSpan.Zero ? BeatAsync() : Task.CompletedTask;
        }
    }

    private async ValueTask<GatewayOutcome> SendAsync(IAsyncEnumerator<GenerationUpdate> enumerator, bool hasNext, int promptTokens, CancellationTokenSource leaving, CancellationToken cancellationToken)
    {
        var usage = default(TokenUsage);
        try
        {
            if (!await PumpAsync(enumerator, hasNext, leaving, cancellationToken))
            {
                // Nobody reads any more.
                return GatewayOutcome.CallerLeft;
            }
        }
        finally
        {
            // Whoever leaves has had what was made until then.
            usage = new TokenUsage(promptTokens, _tokens.Values.Sum());
            call.Usage = usage;
            call.Notes = new AnswerNotes(model, _ends);
        }

        await WriteAsync(static (output, state) =>
        {
            state.events.WriteUsage(output, state.usage);
            SseWriter.WriteDone(output);
        }, (events, usage), cancellationToken);
        return GatewayOutcome.Answered;
    }

    // False where the caller was seen to read no more.
    private async ValueTask<bool> PumpAsync(IAsyncEnumerator<GenerationUpdate> enumerator, bool hasNext, CancellationTokenSource leaving, CancellationToken cancellationToken)
    {
        while (hasNext)
        {
            await _writing.WaitAsync(cancellationToken);
            var next = WriteReady(enumerator);
            var isRead = false;
            try
            {
                isRead = await FlushAsync(cancellationToken);
            }
            finally
            {
                if (!isRead)
                {
                    await EndReadingAsync(next.AsTask(), leaving);
                }
            }

            if (!isRead)
            {
                return false;
            }

            hasNext = await next;
        }

        return true;
    }

    // Everything that is there already goes out with one flush.
    private ValueTask<bool> WriteReady(IAsyncEnumerator<GenerationUpdate> enumerator)
    {
        while (true)
        {
            var update = enumerator.Current;
            _tokens[update.Choice] = update.CompletionTokens;
            _ends |= AnswerJson.EndsOf(update.Finish);
            events.Write(_output!, update);
            var next = enumerator.MoveNextAsync();
            if (!next.IsCompletedSuccessfully)
            {
                return next;
            }

            if (!next.GetAwaiter().GetResult())
            {
                return new ValueTask<bool>(false);
            }
        }
    }

    private async ValueTask<bool> WriteAsync<T>(Action<PipeWriter, T> write, T state, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        write(_output!, state);
        return await FlushAsync(cancellationToken);
    }

    // Called with the gate held; gives it back.
    private async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            var result = await _output!.FlushAsync(cancellationToken);
            _lastWrite = time.GetTimestamp();
            return !result.IsCompleted;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(heartbeat / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                if (time.GetElapsedTime(_lastWrite) >= heartbeat)
                {
                    await WriteAsync(static (output, _) => output.Write(SseWriter.KeepAlive), 0, _ended.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The answer has ended, or its caller is gone.
        }
    }

    // The status is out: a fault is one event, and no [DONE], so that nothing cut looks whole.
    private async ValueTask<GatewayOutcome> EndWithErrorAsync(ErrorBody error, CancellationToken cancellationToken)
    {
        await WriteAsync(static (output, fault) => StreamErrors.Write(fault.Call, output, fault.Error), (Call: call, Error: error), cancellationToken);
        return GatewayOutcome.Answered;
    }
}
