using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Responses;

/// <summary>
/// Passes on the events of a response, and has the response kept that its last event tells before that leaves; where it
/// cannot be, an error is in its place: whoever has seen the end goes on from it. One that fails has no such event.
/// </summary>
/// <param name="output">Where they go.</param>
/// <param name="call">The call.</param>
/// <param name="keep">Keeps a response; false where it could not.</param>
internal sealed class KeptResponseStream(PipeWriter output, GatewayCall call, Func<ReadOnlyMemory<byte>, ValueTask<bool>> keep) : PipeWriter, IDisposable
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = RequestReader.MaxDepth };

    // What is passed on was made here: it is as large as it is.
    private static readonly SseLimits s_limits = new() { MaxLineBytes = SseLimits.Largest, MaxEventBytes = SseLimits.Largest };

    private readonly EventBuffer _events = new(s_limits);
    private byte[] _data = [];

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _events.Waiting;

    /// <summary>Sends the head of a stream and begins it.</summary>
    public static KeptResponseStream Begin(IAnswerSink sink, AnswerHead head, GatewayCall call, Func<ReadOnlyMemory<byte>, ValueTask<bool>> keep) => new(sink.Commit(head), call, keep);

    /// <inheritdoc/>
    public override void Advance(int bytes) => _events.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _events.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        Pass() is { } last ? EndAsync(last, cancellationToken) : output.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    /// <inheritdoc/>
    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // The answer's end is the call's.
    }

    // Until the last, which waits.
    private byte[]? Pass()
    {
        while (_events.TryRead(out var found) == SseScanStatus.Event)
        {
            if (IsLast(found))
            {
                _data = found.Data.ToArray();
                return found.Raw.ToArray();
            }

            foreach (var segment in found.Raw)
            {
                output.Write(segment.Span);
            }
        }

        return null;
    }

    private async ValueTask<FlushResult> EndAsync(byte[] last, CancellationToken cancellationToken)
    {
        using var data = JsonDocument.Parse(_data, s_options);
        if (await keep(data.RootElement.GetProperty("response"u8).Raw().ToArray()))
        {
            output.Write(last);
        }
        else
        {
            call.NextEvent = data.RootElement.GetProperty("sequence_number"u8).GetInt64();
            StreamErrors.Write(call, output, RecordsErrors.Unavailable.Body);
        }

        return await FlushAsync(cancellationToken);
    }

    private static bool IsLast(in SseEvent found) => found.IsOfType("response.completed"u8) || found.IsOfType("response.incomplete"u8);
}
