using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Relay.Batch;

/// <summary>Asks a provider to answer one part of a call: the body with these edits.</summary>
internal delegate ValueTask<GatewayOutcome> PartAsker(GatewayCall part, BodyEdits edits, CancellationToken cancellationToken);

/// <summary>
/// A text completion of several prompts, for a provider that takes one: as many requests, a few at once, whose answers
/// become one. A fault of one is the fault of all, and whoever leaves leaves all.
/// </summary>
internal sealed class PromptBatch(GatewayCall call, PromptList prompts, BodyEdits edits, PartAsker ask)
{
    private const int MostAtOnce = 8;

    /// <summary>Asks and answers.</summary>
    public async ValueTask<GatewayOutcome> RunAsync(UpstreamConnection connection, TimeProvider time, CancellationToken cancellationToken)
    {
        var count = prompts.Prompts.Count;
        if (count * call.Facts.Choices > Contradictions.MostAnswers)
        {
            return GatewayOutcome.Failed(Contradictions.TooManyAnswers(count, call.Facts.Choices));
        }

        using var places = new SemaphoreSlim(Math.Min(MostAtOnce, connection.Settings.MaxConcurrency ?? MostAtOnce));
        if (!call.Facts.Stream)
        {
            return await RunAsync(new WholeBatchAnswer(call, connection.Provider, count), places, cancellationToken);
        }

        using var answer = new StreamedBatchAnswer(call, connection.Heartbeat, time, count);
        return await RunAsync(answer, places, cancellationToken);
    }

    private async ValueTask<GatewayOutcome> RunAsync(BatchAnswer answer, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var parts = prompts.Prompts.Select((_, index) => new BatchPart(call, index)).ToArray();
        await Task.WhenAll(parts.Select(part => RunPartAsync(part, answer, places, all, cancellationToken)));
        NoteUsage(parts);
        cancellationToken.ThrowIfCancellationRequested();
        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }

        return await answer.FinishAsync(parts, cancellationToken);
    }

    // Also where the caller left: what was made until then is paid for.
    private void NoteUsage(BatchPart[] parts)
    {
        foreach (var part in parts)
        {
            call.Usage = part.Call.Usage is { } used ? (call.Usage ?? default) + used : call.Usage;
        }

        if (Array.Exists(parts, part => part.Call.Counted is not null))
        {
            call.Counted = parts.Sum(part => part.Call.Counted ?? part.Call.Usage?.Completion ?? 0);
        }
    }

    private async Task RunPartAsync(BatchPart part, BatchAnswer answer, SemaphoreSlim places, CancellationTokenSource all, CancellationToken cancellationToken)
    {
        var asking = AskAsync(part, places, all.Token);
        try
        {
            await answer.TakeAsync(part, all.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (all.IsCancellationRequested)
        {
            // Another part failed, or the caller left.
        }

        if (answer.HasFailed || answer is StreamedBatchAnswer { IsCallerGone: true })
        {
            await all.CancelAsync();
        }

        await part.Reader.CompleteAsync();
        if (await asking is { } error)
        {
            answer.Fail(error);
            await all.CancelAsync();
        }
    }

    private async Task<GatewayError?> AskAsync(BatchPart part, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                return await AskAsync(part, cancellationToken);
            }
            finally
            {
                places.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await part.EndAsync();
        }
    }

    // The prompt stands where the list of prompts stood; its bytes are those of the body.
    private async ValueTask<GatewayError?> AskAsync(BatchPart part, CancellationToken cancellationToken)
    {
        var own = new BodyEdits(edits);
        own.Replace(prompts.Span, call.Body[prompts.Prompts[part.Index]]);
        var outcome = await ask(part.Call, own, cancellationToken);
        return outcome.Error;
    }
}
