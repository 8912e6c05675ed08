using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Framing;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Surfaces;

/// <summary>
/// Takes the events of a chat completion and writes those of a surface. With each flush all whole events are
/// translated, and the flush is the caller's: its back-pressure and its leaving are passed on.
/// </summary>
internal sealed class StreamTranslator : PipeWriter, IDisposable
{
    private readonly PipeWriter _output;
    private readonly ISurface _dialect;
    private readonly ISurfaceStream _surface;
    private readonly ChatChunkReader _chunks;
    private readonly EventBuffer _events = new();
    private readonly Contiguous _data = new();
    private bool _isOver;

    private StreamTranslator(PipeWriter output, ISurface dialect)
    {
        _output = output;
        _dialect = dialect;
        _surface = dialect.Stream(output);
        _chunks = new ChatChunkReader(_surface);
    }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _events.Waiting;

    /// <summary>Sends the head of the caller's stream and begins it.</summary>
    public static StreamTranslator Begin(IAnswerSink sink, ISurface surface, AnswerHead head)
    {
        var output = sink.Commit(head with { ContentType = surface.StreamType, Keeper = surface.Keeper });
        return new StreamTranslator(output, surface);
    }

    /// <inheritdoc/>
    public override void Advance(int bytes) => _events.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _events.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var wasOver = _isOver;
        Translate();
        return _isOver && !wasOver ? SettleAsync(cancellationToken) : _output.FlushAsync(cancellationToken);
    }

    private async ValueTask<FlushResult> SettleAsync(CancellationToken cancellationToken)
    {
        await _dialect.SettleAsync(cancellationToken);
        return await _output.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => Dispose();

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    private void Translate()
    {
        while (!_isOver && _events.TryRead(out var found) == SseScanStatus.Event)
        {
            Take(found);
        }

        if (_isOver)
        {
            // What follows the end, or a fault, is nobody's.
            _events.Clear();
        }
    }

    private void Take(in SseEvent found)
    {
        if (found.IsDone)
        {
            _isOver = true;
            _surface.End();
        }
        else if (!found.HasFields)
        {
            _surface.KeepAlive();
        }
        else if (found.HasData && !found.Data.IsEmpty)
        {
            TakeData(_data.Of(found.Data));
        }
    }

    private void TakeData(ReadOnlySpan<byte> data)
    {
        if (Fault(data) is { } error)
        {
            _isOver = true;
            _surface.Fail(error);
        }
    }

    private ErrorBody? Fault(ReadOnlySpan<byte> data)
    {
        try
        {
            if (_chunks.Read(data))
            {
                return null;
            }

            var said = ApiError.Read(data);
            return new ErrorBody(said.Message, said.Type ?? ErrorTypes.Api, said.Param, said.Code);
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return new ErrorBody("The provider gave an event that is no piece of a chat completion.", ErrorTypes.Upstream, null, "upstream_bad_response");
        }
    }
}
