using System.Buffers;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Responses.Output;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Responses;

/// <summary>A chat completion as a response, whole or as events; what is to be kept of it is kept before the caller sees its end.</summary>
internal sealed partial class ResponsesSurface(GatewayCall call, ResponseFrame frame, ResponseTurn turn, ProviderServices services) : ISurface
{
    private ResponseAnswer? _answer;
    private EventsOfResponse? _stream;

    /// <inheritdoc/>
    public string StreamType => "text/event-stream; charset=utf-8";

    /// <inheritdoc/>
    public ISurfaceStream Stream(IBufferWriter<byte> output)
    {
        _answer = _stream = new EventsOfResponse(call, frame, output);
        return _stream;
    }

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output)
    {
        var body = new WholeResponse(frame);
        _answer = body;
        return ISurfaceBody.TryWrite(body, answer, output) && body.IsFinished;
    }

    /// <inheritdoc/>
    public async ValueTask SettleAsync(CancellationToken cancellationToken)
    {
        if (_answer is not { IsFinished: true, HasFailed: false })
        {
            return;
        }

        try
        {
            await turn.SaveAsync(services, StoredCalls.TenantOf(call), _answer);
        }
        catch (RecordsException fault) when (_stream is not null)
        {
            // Whoever has seen the end of a turn goes on from it.
            Log.NotAdded(services.LoggerFactory.CreateLogger<ResponsesSurface>(), fault, call.RequestId);
            _stream.Fail(RecordsErrors.Unavailable.Body);
            return;
        }

        _stream?.Conclude();
    }

    private sealed class WholeResponse(ResponseFrame frame) : ResponseAnswer(frame, null), ISurfaceBody;

    private sealed class EventsOfResponse(GatewayCall call, ResponseFrame frame, IBufferWriter<byte> output)
        : ResponseAnswer(frame, new ResponseEvents(output, call)), ISurfaceStream
    {
        public void KeepAlive() => output.Write(SseWriter.KeepAlive);

        public void Fail(ErrorBody error)
        {
            HasFailed = true;
            StreamErrors.Write(call, output, error);
        }

        public void End()
        {
            if (IsFinished)
            {
                CloseItems();
            }
            else
            {
                Fail(new ErrorBody("The provider ended its answer before it was complete.", ErrorTypes.Upstream, null, "upstream_incomplete"));
            }
        }

        /// <summary>Tells the end of an answer that is whole, and kept.</summary>
        public void Conclude() => Complete();
    }

    private static partial class Log
    {
        [LoggerMessage(1703, LogLevel.Warning, "What was answered to request {RequestId} could not be added to its conversation.")]
        public static partial void NotAdded(ILogger logger, Exception exception, string requestId);
    }
}
