using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Relays an answer of any kind as it comes: JSON, text, sound, files. Errors are told in our shape; a stream of
/// events is handed on to <see cref="PassedStream"/>; a fault in the middle of anything else cuts the caller's connection.
/// </summary>
internal sealed partial class PassThroughRelay(UpstreamConnection connection, TimeProvider time, ILogger logger, GatewayCall call)
{
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>Sends the request and relays its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="kind">How a stream shows that it is whole, should the answer be one.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <param name="upload">The request's body, where it is passed on as it comes.</param>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> RunAsync(UpstreamRequest request, StreamKind kind, CancellationToken cancellationToken, UploadContent? upload = null)
    {
        using var silence = new CancellationTokenSource(connection.Settings.LongestAnswer, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        UpstreamAnswer? answer = null;
        GatewayError? fault;
        try
        {
            answer = await connection.SendAsync(request, attempt.Token);
            call.Timings.Add(CallTimings.Connect, time.GetElapsedTime(_startedAt));
            if (UpstreamHeaders.IsEventStream(answer))
            {
                silence.CancelAfter(Timeout.InfiniteTimeSpan);
                using var relay = new PassedStream(connection, time, logger, call, kind);
                return await relay.RunAsync(answer, cancellationToken);
            }

            fault = await RelayAsync(answer, silence, attempt.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            fault = !silence.IsCancellationRequested ? UpstreamFaults.TimedOut(connection.Provider, connection.Settings.ConnectTimeout)
                : answer is null ? UpstreamFaults.TimedOut(connection.Provider, connection.Settings.LongestAnswer)
                : TimeLeft() <= TimeSpan.Zero ? UpstreamFaults.TookTooLong(connection.Provider, connection.Settings.TotalTimeout!.Value)
                : UpstreamFaults.Stalled(connection.Provider, connection.Settings.IdleTimeout);
        }
        catch (Exception exception) when (UpstreamFaults.IsNetwork(exception))
        {
            if (!call.Sink.IsCommitted && upload?.CallerFault is { } callerFault)
            {
                return RefusedBy(callerFault);
            }

            fault = UpstreamFaults.From(connection.Provider, exception);
        }
        finally
        {
            answer?.Dispose();
        }

        return Finish(fault);
    }

    // No fault of the provider's, and so not logged as one.
    private static GatewayOutcome RefusedBy(ExceptionDispatchInfo callerFault)
    {
        if (callerFault.SourceException is UploadRefusedException refused)
        {
            return GatewayOutcome.Failed(refused.Error);
        }

        callerFault.Throw();
        throw new UnreachableException();
    }

    private async ValueTask<GatewayError?> RelayAsync(UpstreamAnswer answer, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccess && answer.Status != (int)HttpStatusCode.NotModified)
        {
            return await connection.Errors.ReadAsync(answer, time, cancellationToken, call.IsAdministration);
        }

        if (answer.Headers.IsEncoded)
        {
            return UpstreamFaults.Compressed(connection.Provider);
        }

        var caller = call.Sink.Commit(new AnswerHead(answer.Status, answer.Headers.ContentType)
        {
            ContentLength = answer.Headers.ContentLength,
            Headers = UpstreamHeaders.ChooseForFile(answer),
        });
        await CopyAsync(answer, caller, silence, cancellationToken);
        return null;
    }

    private async ValueTask CopyAsync(UpstreamAnswer from, PipeWriter to, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        var tail = call.Operation != ApiOperation.Other && from.Headers.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) ? new UsageTail() : null;
        while (true)
        {
            // The time runs while upstream is waited for, not while the caller is.
            silence.CancelAfter(Patience());
            var memory = to.GetMemory();
            var read = await from.ReadAsync(memory, cancellationToken);
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            if (read == 0)
            {
                tail?.TellTo(call);
                return;
            }

            tail?.Take(memory.Span[..read]);
            to.Advance(read);
            var flush = await to.FlushAsync(cancellationToken);
            if (flush.IsCompleted)
            {
                return;
            }
        }
    }

    private TimeSpan TimeLeft() => connection.Settings.TotalTimeout is { } total ? total - time.GetElapsedTime(_startedAt) : TimeSpan.MaxValue;

    private TimeSpan Patience()
    {
        var left = TimeLeft();
        var patience = left < connection.Settings.IdleTimeout ? left : connection.Settings.IdleTimeout;
        return patience > TimeSpan.Zero ? patience : TimeSpan.Zero;
    }

    private GatewayOutcome Finish(GatewayError? fault)
    {
        if (fault is null)
        {
            return GatewayOutcome.Answered;
        }

        Log.Failed(logger, call.RequestId, connection.Provider, fault.Status, fault.Body.Code);
        return GatewayOutcome.FailedOrCut(call, fault);
    }

    private static partial class Log
    {
        [LoggerMessage(1220, LogLevel.Warning, "Call {RequestId} to provider {Provider} failed: {Status} {Code}.")]
        public static partial void Failed(ILogger logger, string requestId, string provider, int status, string? code);
    }
}
