using System.Buffers;
using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Surfaces;

/// <summary>
/// The sink of a call whose caller does not speak OpenAI chat: what is written to it is a chat completion, whole or as
/// events, and what reaches the caller is the same in the caller's dialect. A stream is translated with each flush; a
/// whole answer with <see cref="CompleteAsync"/>, until when nothing has been sent.
/// </summary>
public sealed class TranslatingSink : IAnswerSink
{
    private readonly IAnswerSink _inner;
    private readonly ISurface _surface;
    private StreamTranslator? _stream;
    private BodyBuffer? _body;
    private AnswerHead? _head;
    private bool _isCut;

    internal TranslatingSink(IAnswerSink inner, ISurface surface)
    {
        _inner = inner;
        _surface = surface;
    }

    /// <inheritdoc/>
    public bool IsCommitted => _head is not null;

    /// <inheritdoc/>
    public PipeWriter? Events => Dialect == ApiDialect.OpenAI ? _stream : _inner.Events;

    /// <inheritdoc/>
    public ApiDialect Dialect => _head?.Dialect ?? ApiDialect.OpenAI;

    /// <inheritdoc/>
    public PipeWriter Commit(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        _head = head;
        if (head.Dialect != ApiDialect.OpenAI)
        {
            // The provider speaks as the caller does.
            return _inner.Commit(head);
        }

        if (head.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) is true)
        {
            return _stream = StreamTranslator.Begin(_inner, _surface, head);
        }

        return _body = new BodyBuffer();
    }

    /// <inheritdoc/>
    public void Abort()
    {
        if (_body is null)
        {
            _inner.Abort();
        }
        else
        {
            // Nothing of it was sent, so that it need not be cut: it can be told.
            _isCut = true;
        }
    }

    /// <summary>Sends a whole answer. Called once, when the call has come to its end.</summary>
    /// <param name="outcome">The call's outcome.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>What became of the answer.</returns>
    public async ValueTask<GatewayOutcome> CompleteAsync(GatewayOutcome outcome, CancellationToken cancellationToken)
    {
        if (_body is null || outcome.IsError || (outcome.IsCallerGone && !_body.IsTooLarge))
        {
            _stream?.Dispose();
            return outcome;
        }

        if (_isCut || _body.IsTooLarge)
        {
            return GatewayOutcome.Failed(GatewayError.Upstream(_isCut
                ? "The provider ended its answer before it was complete."
                : "The answer is larger than 64 MB, the most that is translated."));
        }

        if (LongWork.IsElsewhere(_body.Written.Length))
        {
            await Task.Yield();
        }

        var answer = new ArrayBufferWriter<byte>(_body.Written.Length + 256);
        if (!TryTranslate(_body.Written, answer))
        {
            return GatewayOutcome.Failed(GatewayError.Upstream("The provider gave an answer that is not what was asked for."));
        }

        // Of several attempts at a call one may commit: the others settle nothing.
        var output = _inner.Commit(_head! with { ContentType = "application/json", ContentLength = answer.WrittenCount, Keeper = _surface.Keeper });
        await _surface.SettleAsync(cancellationToken);
        var flush = await output.WriteAsync(answer.WrittenMemory, cancellationToken);
        return flush.IsCompleted ? GatewayOutcome.CallerLeft : outcome;
    }

    private bool TryTranslate(ReadOnlyMemory<byte> completion, ArrayBufferWriter<byte> answer)
    {
        try
        {
            return _surface.TryWrite(completion, answer);
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return false;
        }
    }
}
