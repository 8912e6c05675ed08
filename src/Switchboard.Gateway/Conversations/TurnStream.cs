using System.Buffers;
using Switchboard.Gateway.Surfaces;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Conversations;

/// <summary>
/// The events of <c>/api/v1/chat/stream</c>: a piece of text each, and at the end one that is <c>finished</c>, which
/// goes out when the turn is kept. There is no <c>[DONE]</c>: programs that know these events read JSON of every one.
/// </summary>
internal sealed class TurnStream(OpenTurn turn, IBufferWriter<byte> output) : TurnAnswer, ISurfaceStream
{
    private bool _hasFailed;

    /// <inheritdoc/>
    public void KeepAlive() => output.Write(SseWriter.KeepAlive);

    /// <inheritdoc/>
    public void Fail(ErrorBody error)
    {
        _hasFailed = true;
        TurnJson.WriteEvent(output, turn.ConversationId, null, error);
    }

    /// <inheritdoc/>
    public void End()
    {
        if (Reason is null)
        {
            Fail(new ErrorBody("The provider ended its answer before it was complete.", ErrorTypes.Upstream, null, "upstream_incomplete"));
        }
    }

    /// <summary>Keeps the turn, and tells the end of it.</summary>
    public async ValueTask SettleAsync()
    {
        if (_hasFailed)
        {
            return;
        }

        var (result, error) = await turn.KeepAsync(this);
        TurnJson.WriteEvent(output, turn.ConversationId, result, error?.Body);
    }

    /// <inheritdoc/>
    protected override void Tell(ReadOnlySpan<byte> escaped) => TurnJson.WriteDelta(output, turn.ConversationId, escaped);
}

/// <summary>The surface of a turn that streams.</summary>
internal sealed class TurnSurface(OpenTurn turn) : ISurface
{
    private TurnStream? _stream;

    /// <inheritdoc/>
    public string StreamType => "text/event-stream; charset=utf-8";

    /// <inheritdoc/>
    public ISurfaceStream Stream(IBufferWriter<byte> output) => _stream = new TurnStream(turn, output);

    /// <inheritdoc/>
    // What was asked for is a stream.
    public bool TryWrite(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output) => false;

    /// <inheritdoc/>
    public ValueTask SettleAsync(CancellationToken cancellationToken) => _stream?.SettleAsync() ?? default;
}
