using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>The end of a call that was answered with one body of our own making.</summary>
internal static partial class TranslatedAnswer
{
    /// <summary>Sends the answer.</summary>
    public static async ValueTask<GatewayOutcome> SendAsync(GatewayCall call, ReadOnlyMemory<byte> body, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken, string mediaType = "application/json")
    {
        var caller = call.Sink.Commit(new AnswerHead(200, mediaType) { ContentLength = body.Length, Headers = headers });
        await caller.WriteAsync(body, cancellationToken);
        return GatewayOutcome.Answered;
    }

    /// <summary>Tells that there is none.</summary>
    public static GatewayOutcome Fail(GatewayCall call, string provider, GatewayError error, ILogger logger)
    {
        Log.Failed(logger, call.RequestId, provider, error.Status, error.Body.Code);
        return GatewayOutcome.Failed(error);
    }

    private static partial class Log
    {
        [LoggerMessage(1240, LogLevel.Warning, "Call {RequestId} to provider {Provider} failed: {Status} {Code}.")]
        public static partial void Failed(ILogger logger, string requestId, string provider, int status, string? code);
    }
}
