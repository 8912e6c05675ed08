using System.Buffers;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Framing;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Relays a stream whose provider speaks another dialect: each event becomes chunks of a chat completion at once. It is
/// whole when the dialect's last event came and every choice has its reason to finish.
/// </summary>
internal sealed class TranslatedStream : StreamRelay
{
    private readonly ArrayBufferWriter<byte> _chunks = new(1024);
    private readonly ForeignAnswer _answer;
    private readonly IStreamFraming _framing;
    private readonly ChatChunks _output;

    public TranslatedStream(UpstreamConnection connection, TimeProvider time, ILogger logger, GatewayCall call, Translated translated)
        : base(connection, time, logger, call, translated.Framing.MediaType)
    {
        _answer = translated.Answer;
        _framing = translated.Framing;
        _output = new ChatChunks(_chunks, translated.Stamp, call.TellsUsage) { KeepsModel = call.IsTraced };
    }

    /// <inheritdoc/>
    protected override TokenUsage? Usage => _output.Usage;

    /// <inheritdoc/>
    protected override AnswerNotes Notes => _output.Notes;

    /// <inheritdoc/>
    protected override long SpokenBytes => _output.SpokenBytes;

    /// <inheritdoc/>
    protected override void TakeEvents(ref ReadOnlySequence<byte> rest, in ReadOnlySequence<byte> buffer) => TakeEvents(ref rest, isLast: false);

    /// <inheritdoc/>
    protected override void TakeEnd(ref ReadOnlySequence<byte> rest, in ReadOnlySequence<byte> buffer)
    {
        TakeEvents(ref rest, isLast: true);
        if (!IsOver)
        {
            // Some dialects mark no end: the last reason to finish has to do.
            End(_output.IsFinished);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _framing.Dispose();
        base.Dispose(disposing);
    }

    private void TakeEvents(ref ReadOnlySequence<byte> rest, bool isLast)
    {
        while (!IsOver)
        {
            switch (_framing.TryRead(ref rest, isLast, out var framed))
            {
                case FramingStatus.NeedMore:
                    return;
                case FramingStatus.Broken:
                    Fault = UpstreamFaults.Invalid(Connection.Provider, "a stream that is not framed as it should be");
                    return;
                case FramingStatus.Event:
                    TakeEvent(framed);
                    break;
            }
        }
    }

    private void TakeEvent(in FramedEvent framed)
    {
        switch (Read(framed))
        {
            case ForeignPiece.Malformed:
                Fault = UpstreamFaults.Invalid(Connection.Provider, "an event that is not of its dialect");
                return;
            case ForeignPiece.Error:
                Fault = Connection.Errors.FromBody(framed.Data, framed.Type);
                return;
        }

        if (_chunks.WrittenCount > 0)
        {
            Commit();
            Caller.Write(_chunks.WrittenSpan);
            _chunks.ResetWrittenCount();
        }

        if (_answer.IsEnded)
        {
            End(_output.IsFinished);
        }
    }

    private ForeignPiece Read(in FramedEvent framed)
    {
        try
        {
            return _answer.ReadEvent(framed.Type, framed.Data, _output);
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return ForeignPiece.Malformed;
        }
    }

    private void End(bool isWhole)
    {
        if (!isWhole)
        {
            Fault = UpstreamFaults.Cut(Connection.Provider);
            return;
        }

        IsEnded = true;
        _output.Complete();
        Commit();
        Caller.Write(_chunks.WrittenSpan);
    }
}

/// <summary>How one call is answered out of another dialect.</summary>
/// <param name="Answer">Reads the answer.</param>
/// <param name="Framing">Takes a stream apart.</param>
/// <param name="Stamp">What the answer is called where its provider does not say.</param>
internal sealed record Translated(ForeignAnswer Answer, IStreamFraming Framing, ChatStamp Stamp);
