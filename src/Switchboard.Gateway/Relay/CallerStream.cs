using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Relay;

/// <summary>The caller's end of a stream: the status leaves once, comments that come before it are held until then.</summary>
internal sealed class CallerStream(GatewayCall call, RelayClock clock, TimeProvider time)
{
    private const int MostHeld = 64 * 1024;

    private PipeWriter? _writer;
    private ArrayBufferWriter<byte>? _held;
    private bool _hasBegun;

    /// <summary>Whose API the stream speaks.</summary>
    public ApiDialect Dialect { get; init; }

    /// <summary>True once the status was sent.</summary>
    public bool IsCommitted => _writer is not null;

    /// <summary>True once the caller was seen to read no more.</summary>
    public bool IsGone { get; private set; }

    /// <summary>True when something was written since the last flush.</summary>
    public bool IsUnflushed { get; private set; }

    /// <summary>Sends the status, if that was not done, with what is known of upstream's head.</summary>
    public void Commit(UpstreamHead? head)
    {
        if (_writer is not null)
        {
            return;
        }

        if (head is not null)
        {
            call.Timings.Add(CallTimings.Connect, time.GetElapsedTime(clock.StartedAt, head.ArrivedAt));
            call.Timings.Add(CallTimings.FirstByte, time.GetElapsedTime(head.ArrivedAt));
        }

        _writer = call.Sink.Commit(head is null && Dialect == ApiDialect.OpenAI
            ? AnswerHead.EventStream
            : AnswerHead.EventStream with { Headers = head?.Headers ?? [], Dialect = Dialect });
        IsUnflushed = true;
        clock.Committed();
        if (_held is not null)
        {
            _writer.Write(_held.WrittenSpan);
        }
    }

    /// <summary>Writes bytes of the answer. Only after the commit.</summary>
    public void Write(in ReadOnlySequence<byte> bytes)
    {
        Begin();
        foreach (var segment in bytes)
        {
            _writer!.Write(segment.Span);
        }

        IsUnflushed = true;
    }

    /// <inheritdoc cref="Write(in ReadOnlySequence{byte})"/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Begin();
        _writer!.Write(bytes);
        IsUnflushed = true;
    }

    /// <summary>Writes a comment or a blank line of upstream's; the status does not leave for it.</summary>
    public void WriteComment(in ReadOnlySequence<byte> raw)
    {
        if (_writer is not null)
        {
            Write(raw);
        }
        else if ((_held?.WrittenCount ?? 0) + raw.Length <= MostHeld)
        {
            _held ??= new ArrayBufferWriter<byte>();
            foreach (var segment in raw)
            {
                _held.Write(segment.Span);
            }
        }
    }

    /// <summary>Writes a comment of our own. Only after the commit.</summary>
    public void WriteKeepAlive()
    {
        _writer!.Write(SseWriter.KeepAlive);
        IsUnflushed = true;
        clock.Beat();
    }

    /// <summary>Writes the one event that tells a fault. Only after the commit.</summary>
    public void WriteError(ErrorBody error)
    {
        StreamErrors.Write(call, _writer!, error);
        IsUnflushed = true;
    }

    /// <summary>Sends what was written; waits while the caller reads slower than upstream writes.</summary>
    // Pooled: it runs once an event, and suspends whenever the caller is slow.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        IsUnflushed = false;
        var startedAt = clock.Now;
        var flush = await _writer!.FlushAsync(cancellationToken);
        clock.Flushed(startedAt);
        IsGone = flush.IsCompleted;
    }

    // The status may have left long before.
    private void Begin()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            call.Watch?.Begin();
        }
    }
}
