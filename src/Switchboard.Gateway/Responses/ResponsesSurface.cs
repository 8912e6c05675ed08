using System.Buffers;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Responses.Output;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Responses;

/// <summary>A chat completion as a response, whole or as events; what is to be kept of it is kept as its caller sees it.</summary>
internal sealed class ResponsesSurface(GatewayCall call, ResponseFrame frame, ResponseTurn turn, ProviderServices services) : ISurface, IAnswerKeeper
{
    private ResponseAnswer? _answer;

    /// <inheritdoc/>
    public string StreamType => "text/event-stream; charset=utf-8";

    /// <inheritdoc/>
    public IAnswerKeeper? Keeper => turn.IsKept || turn.ConversationId is not null ? this : null;

    /// <inheritdoc/>
    public ISurfaceStream Stream(IBufferWriter<byte> output)
    {
        var stream = new EventsOfResponse(call, frame, output);
        _answer = stream;
        return stream;
    }

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output)
    {
        var body = new WholeResponse(frame);
        _answer = body;
        return ISurfaceBody.TryWrite(body, answer, output) && body.IsFinished;
    }

    /// <inheritdoc/>
    public ValueTask KeepAsync(ReadOnlyMemory<byte> answer) => turn.SaveAsync(services, StoredCalls.TenantOf(call), KeptResponse.Of(_answer!, frame.IncludesEncrypted, answer));

    private sealed class WholeResponse(ResponseFrame frame) : ResponseAnswer(frame, null), ISurfaceBody;

    private sealed class EventsOfResponse(GatewayCall call, ResponseFrame frame, IBufferWriter<byte> output)
        : ResponseAnswer(frame, new ResponseEvents(output, call)), ISurfaceStream
    {
        public void KeepAlive() => output.Write(SseWriter.KeepAlive);

        public void Fail(ErrorBody error) => StreamErrors.Write(call, output, error);

        public void End()
        {
            if (IsFinished)
            {
                Complete();
            }
            else
            {
                Fail(new ErrorBody("The provider ended its answer before it was complete.", ErrorTypes.Upstream, null, "upstream_incomplete"));
            }
        }
    }
}
