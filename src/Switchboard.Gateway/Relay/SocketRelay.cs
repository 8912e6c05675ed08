using System.Net;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Relays a websocket: the provider's end is opened with what the caller offers, then the caller's with what the
/// provider agreed to, and from then on bytes pass both ways as they are. A refusal is an answer with its status.
/// </summary>
internal sealed partial class SocketRelay(UpstreamConnection connection, TimeProvider time, ILogger logger, GatewayCall call, ISocketCaller caller)
{
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>Opens both ends and relays until one is closed.</summary>
    /// <exception cref="OperationCanceledException">The caller left before it was open; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> RunAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(connection.Settings.Timeout, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        GatewayError? fault;
        HttpClientAnswer? answer = null;
        try
        {
            answer = await connection.OpenSocketAsync(request, attempt.Token);
            fault = await CheckAsync(answer, attempt.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            fault = UpstreamFaults.TimedOut(connection.Provider, deadline.IsCancellationRequested ? connection.Settings.Timeout : connection.Settings.ConnectTimeout);
        }
        catch (Exception exception) when (UpstreamFaults.IsNetwork(exception))
        {
            fault = UpstreamFaults.From(connection.Provider, exception);
        }

        using (answer)
        {
            if (fault is not null)
            {
                Log.Refused(logger, call.RequestId, connection.Provider, fault.Status, fault.Body.Code);
                return GatewayOutcome.Failed(fault);
            }

            call.Timings.Add(CallTimings.Connect, time.GetElapsedTime(_startedAt));
            await RelayAsync(answer!, cancellationToken);
            return GatewayOutcome.Answered;
        }
    }

    private async ValueTask<GatewayError?> CheckAsync(HttpClientAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Status == (int)HttpStatusCode.SwitchingProtocols)
        {
            return "websocket".Equals(answer.Headers["upgrade"], StringComparison.OrdinalIgnoreCase)
                ? null
                : UpstreamFaults.Invalid(connection.Provider, "an answer that changes to something other than a websocket");
        }

        return answer.IsSuccess
            ? UpstreamFaults.Invalid(connection.Provider, "an answer in place of a websocket")
            : await connection.Errors.ReadAsync(answer, time, cancellationToken);
    }

    private async ValueTask RelayAsync(HttpClientAnswer answer, CancellationToken cancellationToken)
    {
        await using var upstream = await answer.OpenSocketAsync(cancellationToken);
        await using var near = await caller.OpenAsync(UpstreamHeaders.ChooseForSocket(answer), cancellationToken);
        var end = await SocketPump.RunAsync(near, upstream, cancellationToken);
        Log.Ended(logger, call.RequestId, connection.Provider, end);
        if (end == SocketEnd.ProviderBroke)
        {
            // A close would say that all was said.
            call.Sink.Abort();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1230, LogLevel.Warning, "The websocket {RequestId} to provider {Provider} was refused: {Status} {Code}.")]
        public static partial void Refused(ILogger logger, string requestId, string provider, int status, string? code);

        [LoggerMessage(1231, LogLevel.Debug, "The websocket {RequestId} to provider {Provider} is over: {End}.")]
        public static partial void Ended(ILogger logger, string requestId, string provider, SocketEnd end);
    }
}
