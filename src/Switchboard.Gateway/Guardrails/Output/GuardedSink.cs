using System.IO.Pipelines;
using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>
/// The sink of a call whose answer is checked. A stream is checked with each flush; a whole answer with
/// <see cref="CompleteAsync"/>, until when nothing has been sent. What is neither passes.
/// </summary>
internal sealed class GuardedSink(GuardedCall guarded) : IHoldingSink
{
    private readonly IAnswerSink _inner = guarded.Call.Sink;
    private GuardedStream? _stream;
    private BodyBuffer? _body;
    private AnswerHead? _head;
    private bool _isCut;

    /// <inheritdoc/>
    public bool IsCommitted => _head is not null;

    /// <inheritdoc/>
    public PipeWriter? Events => _stream ?? _inner.Events;

    /// <inheritdoc/>
    public ApiDialect Dialect => _head?.Dialect ?? _inner.Dialect;

    /// <inheritdoc/>
    public PipeWriter Commit(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        _head = head;
        if (head.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) is true)
        {
            return _stream = GuardedStream.Begin(_inner, guarded, head);
        }

        return IsText(head.ContentType) ? _body = new BodyBuffer() : _inner.Commit(head);
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

    /// <summary>Sends a whole answer, or what a stream held back. Called once, when the call has come to its end.</summary>
    public async ValueTask<GatewayOutcome> CompleteAsync(GatewayOutcome outcome, CancellationToken cancellationToken)
    {
        if (_stream is not null)
        {
            return await _stream.EndAsync(outcome, cancellationToken);
        }

        if (_body is null || outcome.IsError || (outcome.IsCallerGone && !_body.IsTooLarge))
        {
            return outcome;
        }

        if (_isCut || _body.IsTooLarge)
        {
            return GatewayOutcome.Failed(_isCut ? GuardrailErrors.Cut : GuardrailErrors.TooLarge);
        }

        if (LongWork.IsElsewhere(_body.Written.Length))
        {
            await Task.Yield();
        }

        var (answer, error) = await CheckAsync(_body.Written, cancellationToken);
        if (error is not null)
        {
            return GatewayOutcome.Failed(error);
        }

        var output = _inner.Commit(_head! with { ContentLength = answer.Length });
        var flush = await output.WriteAsync(answer, cancellationToken);
        return flush.IsCompleted ? GatewayOutcome.CallerLeft : outcome;
    }

    // Transcriptions come as plain text, too, and as subtitles.
    private static bool IsText(string? type) =>
        type is not null && (type.Contains("json", StringComparison.OrdinalIgnoreCase) || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("application/x-subrip", StringComparison.OrdinalIgnoreCase));

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> CheckAsync(ReadOnlyMemory<byte> answer, CancellationToken cancellationToken)
    {
        if (!_head!.ContentType!.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            return await CheckPlainAsync(answer, cancellationToken);
        }

        if (Read(answer) is not { } document)
        {
            return (default, GuardrailErrors.Unreadable);
        }

        var refusal = await guarded.CheckAsync(document.Texts, GuardrailSide.Output, cancellationToken);
        return refusal is not null
            ? (default, GuardrailErrors.Refused(refusal, GuardrailSide.Output, refusal.Text is { } text ? document.PlaceOf(text) : null))
            : (document.Mask()?.Json ?? answer, null);
    }

    private async ValueTask<(ReadOnlyMemory<byte> Answer, GatewayError? Error)> CheckPlainAsync(ReadOnlyMemory<byte> answer, CancellationToken cancellationToken)
    {
        var text = new GuardedText(Encoding.UTF8.GetString(answer.Span), new FoundText(TextRole.Content, 0, 0, 0, 0, answer.Length));
        var refusal = await guarded.CheckAsync([text], GuardrailSide.Output, cancellationToken);
        return refusal is not null ? (default, GuardrailErrors.Refused(refusal, GuardrailSide.Output, null))
            : text.IsChanged ? (Encoding.UTF8.GetBytes(text.Text), null)
            : (answer, null);
    }

    private GuardedDocument? Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            return new GuardedDocument(answer, AnswerTexts.Of(guarded.Call, _head!.Dialect)!);
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return null;
        }
    }
}
