using System.Buffers;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Surfaces;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Pipeline;

/// <summary>The one place that tells a fault inside a stream.</summary>
internal static class StreamErrors
{
    // Dynamo's front end says no more than this, whatever happened, and marks the end.
    private static ReadOnlySpan<byte> Dynamos =>
        "data: {\"error\":{\"message\":\"Internal server error\",\"type\":\"internal_server_error\",\"code\":500}}\n\ndata: [DONE]\n\n"u8;

    /// <summary>Writes the last event of a stream that failed. Nothing is flushed.</summary>
    public static void Write(GatewayCall call, IBufferWriter<byte> output, ErrorBody error)
    {
        if (call.Sink.Dialect != ApiDialect.OpenAI)
        {
            DialectErrors.WriteEvent(call.Sink.Dialect, output, error);
        }
        else if (call.Compat == ApiCompat.Dynamo)
        {
            output.Write(Dynamos);
        }
        else
        {
            WriteOurs(call, output, error);
            output.Write(call.MarksEndAfterError ? SseWriter.Done : default);
        }
    }

    // In a stream of responses every event has a type and a number, and some clients take no other.
    private static void WriteOurs(GatewayCall call, IBufferWriter<byte> output, ErrorBody error)
    {
        if (call.Operation == ApiOperation.Responses)
        {
            SseWriter.WriteError(output, error, call.NextEvent);
        }
        else
        {
            SseWriter.WriteError(output, error);
        }
    }
}
