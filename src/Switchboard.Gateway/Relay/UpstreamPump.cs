using System.Buffers;
using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Sends the request of a stream and pumps the answer's bytes into a pipe, so that the relay can wait for bytes and
/// for its clock at once: a read of a connection cannot be given up without losing the connection, a read of a pipe
/// can.
/// </summary>
/// <param name="connection">Whom is asked.</param>
/// <param name="time">The clock.</param>
/// <param name="mediaType">What a stream calls itself.</param>
internal sealed class UpstreamPump(UpstreamConnection connection, TimeProvider time, string mediaType)
{
    private const int MostUnasked = 64 * 1024;

    // Every open stream holds a segment: a slow one a small one. One whose reads bring much gets large ones, of which few
    // events lie across two. A rest that is too short for an event is left.
    private const int SmallSegment = 4 * 1024;
    private const int LargeSegment = 16 * 1024;
    private const int Much = 2 * 1024;
    private const int LeastRoom = 512;

    // Inline: the relay's turn runs where the bytes came in, without a hop to another thread.
    private static readonly PipeOptions s_options = new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, minimumSegmentSize: SmallSegment, useSynchronizationContext: false);

    private readonly Pipe _pipe = new(s_options);
    private UpstreamHead? _head;

    /// <summary>The answer's bytes. Completed when the answer ended or <see cref="Fault"/> says why it did not.</summary>
    public PipeReader Body => _pipe.Reader;

    /// <summary>The answer's head, once an event stream has begun.</summary>
    public UpstreamHead? Head => Volatile.Read(ref _head);

    /// <summary>When the head of an answer came that is no event stream; null where none did. Read once <see cref="Body"/> is completed.</summary>
    public long? RefusedAt { get; private set; }

    /// <summary>True when the whole answer was read: nothing more is to be waited for.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Why there is no stream, or why it broke off; read once <see cref="Body"/> is completed.</summary>
    public GatewayError? Fault { get; private set; }

    /// <summary>Runs to the end of the answer. Never throws for what a network or a provider does, nor when cancelled.</summary>
    public async Task RunAsync(Func<CancellationToken, ValueTask<UpstreamAnswer>> send, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await send(cancellationToken);
            Fault = await CheckHeadAsync(answer, cancellationToken);
            if (Fault is null)
            {
                Volatile.Write(ref _head, new UpstreamHead(UpstreamHeaders.Choose(answer), time.GetTimestamp()));

                // Wakes the relay: other times count from now on.
                _pipe.Reader.CancelPendingRead();
                await PumpAsync(answer, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The relay stopped it and knows why.
        }
        catch (Exception exception) when (UpstreamFaults.IsNetwork(exception) || exception is OperationCanceledException)
        {
            // The handler reports a connect timeout as a cancellation that nobody asked for.
            Fault = exception is OperationCanceledException
                ? UpstreamFaults.TimedOut(connection.Provider, connection.Settings.ConnectTimeout)
                : UpstreamFaults.From(connection.Provider, exception);
        }
        finally
        {
            await _pipe.Writer.CompleteAsync();
        }
    }

    private async Task<GatewayError?> CheckHeadAsync(UpstreamAnswer answer, CancellationToken cancellationToken)
    {
        if (UpstreamHeaders.IsStream(answer, mediaType))
        {
            return answer.Headers.IsEncoded ? UpstreamFaults.Compressed(connection.Provider) : null;
        }

        RefusedAt = time.GetTimestamp();
        if (!answer.IsSuccess)
        {
            return await connection.Errors.ReadAsync(answer, time, cancellationToken);
        }

        using var body = await BoundedBody.ReadAsync(answer, MostUnasked, cancellationToken);

        // A whole completion is no answer to a caller that reads events, and events are not made up here.
        return new AnswerTap(StreamKind.Choices).Read(new ReadOnlySequence<byte>(body.Bytes)) == TapResult.Error
            ? connection.Errors.FromBody(body.Bytes.Span) with { Headers = UpstreamHeaders.ChooseForError(answer) }
            : UpstreamFaults.Invalid(connection.Provider, "an answer that is no event stream, though a stream was asked for");
    }

    private async Task PumpAsync(UpstreamAnswer answer, CancellationToken cancellationToken)
    {
        var wanted = LeastRoom;
        while (true)
        {
            var read = await answer.ReadAsync(_pipe.Writer.GetMemory(wanted), cancellationToken);
            wanted = read >= Much ? LargeSegment : LeastRoom;
            if (read == 0)
            {
                return;
            }

            _pipe.Writer.Advance(read);
            if (answer.IsEnded)
            {
                // The last bytes and the end go to the relay in one.
                IsAtEnd = true;
                return;
            }

            var flush = await _pipe.Writer.FlushAsync(cancellationToken);
            if (flush.IsCompleted)
            {
                return;
            }
        }
    }
}

/// <summary>The head of an event stream.</summary>
/// <param name="Headers">Those that reach the caller.</param>
/// <param name="ArrivedAt">When it came, a timestamp of the clock.</param>
internal sealed record UpstreamHead(IReadOnlyList<KeyValuePair<string, string>> Headers, long ArrivedAt);
