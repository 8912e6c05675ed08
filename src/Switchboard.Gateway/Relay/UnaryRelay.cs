using System.Buffers;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Relays one answer that does not stream. Up to 1 MB it is read whole and checked before anything is sent; a larger
/// one is passed on as it comes, and a fault in its middle cuts the caller's connection.
/// </summary>
internal sealed partial class UnaryRelay(UpstreamConnection connection, TimeProvider time, ILogger logger, GatewayCall call)
{
    private const int MostBuffered = 1024 * 1024;

    // A translated answer is read whole; pictures and sound are the large ones.
    private const int MostTranslated = 64 * 1024 * 1024;

    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>Makes the caller's answer out of the provider's; null where they are the same.</summary>
    public WholeTranslation? Translation { get; init; }

    /// <summary>What kind of answer it is.</summary>
    public StreamKind Kind { get; init; } = call.Operation == ApiOperation.Responses ? StreamKind.Typed : StreamKind.Choices;

    /// <summary>Sends the request and relays its answer.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> RunAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        using var attempt = new CancellationTokenSource(connection.Settings.LongestAnswer, time);
        using var leaving = cancellationToken.UnsafeRegister(static attempt => ((CancellationTokenSource)attempt!).Cancel(), attempt);
        GatewayError? fault;
        try
        {
            fault = await RelayAsync(request, attempt, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            fault = UpstreamFaults.TimedOut(connection.Provider, attempt.IsCancellationRequested ? connection.Settings.LongestAnswer : connection.Settings.ConnectTimeout);
        }
        catch (Exception exception) when (UpstreamFaults.IsNetwork(exception))
        {
            fault = UpstreamFaults.From(connection.Provider, exception);
        }

        return Finish(fault);
    }

    private async ValueTask<GatewayError?> RelayAsync(UpstreamRequest request, CancellationTokenSource attempt, CancellationToken cancellationToken)
    {
        using var answer = await connection.SendAsync(request, attempt.Token);
        var headAt = time.GetTimestamp();
        call.Timings.Add(CallTimings.Connect, time.GetElapsedTime(_startedAt, headAt));
        if (!answer.IsSuccess)
        {
            return await connection.Errors.ReadAsync(answer, time, attempt.Token);
        }

        if (CheckHead(answer) is { } fault)
        {
            return fault;
        }

        using var body = await BoundedBody.ReadAsync(answer, Translation is null ? MostBuffered : MostTranslated, attempt.Token);

        // The provider's time runs while it is waited for, not while the caller is.
        attempt.CancelAfter(Timeout.InfiniteTimeSpan);
        call.Timings.Add(CallTimings.FirstByte, time.GetElapsedTime(headAt));
        if (LongWork.IsElsewhere(body.Bytes.Length))
        {
            await Task.Yield();
        }

        return Translation is not null ? await TranslateAsync(answer, body, cancellationToken)
            : body.IsWhole ? await RelayWholeAsync(answer, body.Bytes, cancellationToken)
            : await RelayLargeAsync(answer, body.Bytes, attempt, cancellationToken);
    }

    private async ValueTask<GatewayError?> TranslateAsync(UpstreamAnswer answer, BoundedBody body, CancellationToken cancellationToken)
    {
        if (!body.IsWhole)
        {
            return UpstreamFaults.Invalid(connection.Provider, "an answer larger than 64 MB");
        }

        var output = new ArrayBufferWriter<byte>(body.Bytes.Length + 512);
        return Translate(body.Bytes, output) switch
        {
            ForeignPiece.Taken => await RelayWholeAsync(answer, output.WrittenMemory, cancellationToken),
            ForeignPiece.Error => connection.Errors.FromBody(body.Bytes.Span) with { Headers = UpstreamHeaders.ChooseForError(answer) },
            _ => UpstreamFaults.Invalid(connection.Provider, "an answer that is not of its dialect"),
        };
    }

    private ForeignPiece Translate(ReadOnlyMemory<byte> body, ArrayBufferWriter<byte> output)
    {
        try
        {
            return Translation!(body, output);
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return ForeignPiece.Malformed;
        }
    }

    private GatewayError? CheckHead(UpstreamAnswer answer)
    {
        var type = answer.Headers.MediaType;
        return answer.Headers.IsEncoded
            ? UpstreamFaults.Compressed(connection.Provider)
            : type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
                ? null
                : UpstreamFaults.Invalid(connection.Provider, "an answer that does not call itself JSON");
    }

    private async ValueTask<GatewayError?> RelayWholeAsync(UpstreamAnswer answer, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        // A byte order mark is not JSON; clients fail on it.
        body = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        var tap = new AnswerTap(Kind) { ReadsModel = call.IsTraced };
        switch (tap.Read(new ReadOnlySequence<byte>(body)))
        {
            case TapResult.Malformed:
                return UpstreamFaults.Invalid(connection.Provider, "an answer that is not a JSON object");
            case TapResult.Error:
                return connection.Errors.FromBody(body.Span) with { Headers = UpstreamHeaders.ChooseForError(answer) };
        }

        call.Usage = tap.Usage;
        call.Seconds = tap.Seconds;
        call.Notes = tap.Notes;
        var caller = call.Sink.Commit(HeadOf(answer, body.Length));
        await caller.WriteAsync(body, cancellationToken);
        return null;
    }

    private async ValueTask<GatewayError?> RelayLargeAsync(UpstreamAnswer answer, ReadOnlyMemory<byte> body, CancellationTokenSource attempt, CancellationToken cancellationToken)
    {
        var left = connection.Settings.LongestAnswer - time.GetElapsedTime(_startedAt);
        var end = new JsonEnd();
        var tail = new UsageTail();
        end.Read(body.Span);
        tail.Take(body.Span);
        if (!end.IsObject)
        {
            return UpstreamFaults.Invalid(connection.Provider, "an answer that is not a JSON object");
        }

        var caller = call.Sink.Commit(HeadOf(answer, answer.Headers.ContentLength));
        await caller.WriteAsync(body, cancellationToken);
        while (true)
        {
            var memory = caller.GetMemory();
            var readAt = time.GetTimestamp();
            attempt.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            var read = await answer.ReadAsync(memory, attempt.Token);
            attempt.CancelAfter(Timeout.InfiniteTimeSpan);
            left -= time.GetElapsedTime(readAt);
            if (read == 0)
            {
                tail.TellTo(call);
                return end.IsReached ? null : UpstreamFaults.Cut(connection.Provider);
            }

            end.Read(memory.Span[..read]);
            tail.Take(memory.Span[..read]);
            caller.Advance(read);
            var flush = await caller.FlushAsync(cancellationToken);
            if (flush.IsCompleted)
            {
                return GatewayError.CallerLeft;
            }
        }
    }

    private AnswerHead HeadOf(UpstreamAnswer answer, long? length) =>
        new(answer.Status, "application/json") { ContentLength = length, Headers = UpstreamHeaders.Choose(answer), Dialect = StreamKinds.DialectOf(Kind) };

    private GatewayOutcome Finish(GatewayError? fault)
    {
        if (fault is null)
        {
            return GatewayOutcome.Answered;
        }

        if (ReferenceEquals(fault, GatewayError.CallerLeft))
        {
            return GatewayOutcome.CallerLeft;
        }

        Log.Failed(logger, call.RequestId, connection.Provider, fault.Status, fault.Body.Code);
        return GatewayOutcome.FailedOrCut(call, fault);
    }

    private static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Warning, "Call {RequestId} to provider {Provider} failed: {Status} {Code}.")]
        public static partial void Failed(ILogger logger, string requestId, string provider, int status, string? code);
    }
}
