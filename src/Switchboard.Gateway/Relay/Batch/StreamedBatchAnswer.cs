using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Relay.Batch;

/// <summary>
/// The streams that answer several prompts as one: their events as they arrive, choices numbered anew, one last chunk
/// with the usage of all, <c>[DONE]</c> once.
/// </summary>
internal sealed class StreamedBatchAnswer(GatewayCall call, TimeSpan heartbeat, TimeProvider time, int count) : BatchAnswer(call), IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly UsageSum _usage = new();
    private readonly byte[]?[] _usages = new byte[count][];
    private PipeWriter? _output;
    private byte[]? _lastChunk;
    private long _sentAt;

    /// <summary>The caller was seen to read no more.</summary>
    public bool IsCallerGone { get; private set; }

    /// <inheritdoc/>
    public override async Task TakeAsync(BatchPart part, CancellationToken all, CancellationToken cancellationToken)
    {
        await part.Begun.WaitAsync(all);
        if (part.Head is null)
        {
            return;
        }

        await BeginAsync(part, all, cancellationToken);
        using var reading = new PartReading();
        var isRead = false;
        while (!isRead && !HasFailed && !IsCallerGone)
        {
            var read = await part.Reader.ReadAsync(all);
            var rest = read.Buffer;
            await _turn.WaitAsync(all);
            try
            {
                if (TakeEvents(part, reading, ref rest))
                {
                    await FlushAsync(cancellationToken);
                }
            }
            finally
            {
                _turn.Release();
            }

            part.Reader.AdvanceTo(rest.Start, read.Buffer.End);
            isRead = read.IsCompleted;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<GatewayOutcome> FinishAsync(IReadOnlyList<BatchPart> parts, CancellationToken cancellationToken)
    {
        if (IsCallerGone)
        {
            return GatewayOutcome.CallerLeft;
        }

        if (_output is null)
        {
            return GatewayOutcome.Failed(Fault!);
        }

        if (Fault is { } fault)
        {
            Call.Fault = fault;
            StreamErrors.Write(Call, _output, fault.Body);
        }
        else
        {
            WriteUsage(_output);
            SseWriter.WriteDone(_output);
        }

        await FlushAsync(cancellationToken);
        return GatewayOutcome.Answered;
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // The status leaves with the first part's.
    private async Task BeginAsync(BatchPart part, CancellationToken all, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(all);
        try
        {
            if (_output is not null)
            {
                return;
            }

            foreach (var (phase, elapsed) in part.Call.Timings.Phases)
            {
                Call.Timings.Add(phase, elapsed);
            }

            _output = Call.Sink.Commit(part.Head!);
            await FlushAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool TakeEvents(BatchPart part, PartReading reading, ref ReadOnlySequence<byte> rest)
    {
        var isWritten = false;
        while (!HasFailed && reading.Scanner.TryRead(ref rest, out var sseEvent) == SseScanStatus.Event)
        {
            if (!sseEvent.HasFields)
            {
                // Each part has a silence of its own; the caller hears of it when all are silent.
                if (heartbeat > TimeSpan.Zero && time.GetElapsedTime(_sentAt) >= heartbeat)
                {
                    _output!.Write(SseWriter.KeepAlive);
                    isWritten = true;
                }
            }
            else if (!sseEvent.IsDone)
            {
                var data = sseEvent.Data;
                isWritten |= data.IsSingleSegment ? TakeData(part, reading, data.FirstSpan) : TakeData(part, reading, data.ToArray());
            }
        }

        return isWritten;
    }

    private bool TakeData(BatchPart part, PartReading reading, ReadOnlySpan<byte> data)
    {
        var parts = reading.Parts;
        parts.Read(data);
        if (parts.IsError)
        {
            var said = ApiError.Read(data);
            Fail(new GatewayError(502, new ErrorBody(said.Message, said.Type ?? ErrorTypes.Upstream, said.Param, said.Code)));
            return false;
        }

        if (parts.Usage.End.Value > 0)
        {
            _usages[part.Index] = data[parts.Usage].ToArray();
        }

        if (parts.IsUsageAlone)
        {
            _lastChunk ??= data.ToArray();
            return false;
        }

        reading.Event.ResetWrittenCount();
        parts.Write(data, Id, part.Index * Call.Facts.Choices, reading.Event);
        SseWriter.WriteData(_output!, reading.Event.WrittenSpan);
        return true;
    }

    private void WriteUsage(PipeWriter output)
    {
        foreach (var usage in _usages)
        {
            _usage.Add(usage);
        }

        if (_lastChunk is null || _usage.IsEmpty || !Call.Facts.IncludeUsage)
        {
            return;
        }

        var parts = new AnswerParts();
        var chunk = new ArrayBufferWriter<byte>();
        var sum = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(sum))
        {
            _usage.WriteTo(json);
        }

        parts.Read(_lastChunk);
        byte[] summed = [.. _lastChunk[..parts.Usage.Start.Value], .. sum.WrittenSpan, .. _lastChunk[parts.Usage.End.Value..]];
        parts.Read(summed);
        parts.Write(summed, Id, 0, chunk);
        SseWriter.WriteData(output, chunk.WrittenSpan);
    }

    // Only the caller's leaving ends a flush: of one that is cancelled for the fault of a part the connection would be lost,
    // and with it the word of that fault.
    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _sentAt = time.GetTimestamp();
        var flush = await _output!.FlushAsync(cancellationToken);
        IsCallerGone |= flush.IsCompleted;
    }

    private sealed class PartReading : IDisposable
    {
        public SseScanner Scanner { get; } = new();

        public AnswerParts Parts { get; } = new();

        public ArrayBufferWriter<byte> Event { get; } = new();

        public void Dispose() => Scanner.Dispose();
    }
}
