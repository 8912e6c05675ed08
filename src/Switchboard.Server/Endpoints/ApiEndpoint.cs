using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Errors;
using Switchboard.Server.Draining;
using Switchboard.Server.Logging;
using Switchboard.Server.Telemetry;

namespace Switchboard.Server.Endpoints;

/// <summary>Answers a request, or says why not with nothing written. The token fires when the caller leaves, and when the server stops and waits no longer.</summary>
internal delegate ValueTask<GatewayError?> ApiHandler(HttpContext context, CancellationToken cancellationToken);

/// <summary>
/// What all endpoints have in common: the request's id, who asks, refusal while the server stops, errors as bodies, and
/// the one catch of everything unexpected.
/// </summary>
internal sealed partial class ApiEndpoint(ErrorWriter errors, RequestCaller callers, DrainState drain, RequestLog requests, TimeProvider timeProvider, ILogger<ApiEndpoint> logger)
{
    private static readonly TimeSpan s_retryWhenDraining = TimeSpan.FromSeconds(5);

    /// <summary>A delegate for the route table. Who may not ask is sent away before anything of the body is read.</summary>
    public RequestDelegate For(ApiHandler handler)
    {
        ApiHandler guarded = Guard(handler);
        return context => RunAsync(context, guarded);
    }

    /// <summary>A delegate for what everybody may see. Who sends a key that is taken is known by it.</summary>
    public RequestDelegate Open(ApiHandler handler) => context => RunAsync(context, async (opened, cancellationToken) =>
    {
        await callers.ReadAsync(opened, cancellationToken);
        return await handler(opened, cancellationToken);
    });

    /// <summary>A delegate for the route table whose errors are in another dialect than OpenAI's.</summary>
    public RequestDelegate For(ApiHandler handler, ApiDialect dialect)
    {
        ApiHandler guarded = Guard(handler);
        return context =>
        {
            CallerDialect.Set(context, dialect);
            return RunAsync(context, guarded);
        };
    }

    /// <summary>A delegate that answers while the server stops, too. Who watches asks often: it is no line of the log.</summary>
    public RequestDelegate Always(ApiHandler handler) => context =>
    {
        RequestIds.Settle(context, timeProvider);
        return AnswerAsync(context, handler, context.RequestAborted);
    };

    private ApiHandler Guard(ApiHandler handler) => (context, cancellationToken) =>
    {
        // Keys are looked up at once; only a token may have to wait for its issuer.
        var reading = callers.ReadAsync(context, cancellationToken);
        return !reading.IsCompletedSuccessfully ? ContinueAsync(reading)
            : reading.Result is { } refusal ? new(refusal)
            : handler(context, cancellationToken);

        async ValueTask<GatewayError?> ContinueAsync(ValueTask<GatewayError?> read) => await read ?? await handler(context, cancellationToken);
    };

    private async Task RunAsync(HttpContext context, ApiHandler handler)
    {
        RequestIds.Settle(context, timeProvider);
        CallerDialect.WriteRequestId(context);
        var scope = requests.Begin(context);
        var began = requests.Now();
        if (!drain.TryEnter())
        {
            context.Response.Headers.Connection = "close";
            var body = new ErrorBody("The server is stopping. Try again in a moment.", ErrorTypes.Overloaded, null, "draining");
            await errors.WriteAsync(context, new GatewayError(503, body, s_retryWhenDraining), context.RequestAborted);
            requests.End(context, scope, began);
            return;
        }

        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, drain.Deadline);
            await AnswerAsync(context, handler, ending.Token);
        }
        finally
        {
            ServerSpan.Tell(context);
            requests.End(context, scope, began);
            drain.Leave();
        }
    }

    private async Task AnswerAsync(HttpContext context, ApiHandler handler, CancellationToken cancellationToken)
    {
        var error = await InvokeAsync(context, handler, cancellationToken);
        if (error is null || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (context.Response.HasStarted)
        {
            // Half an answer is out: cutting it is the one way left to say that it is not whole.
            context.Abort();
            return;
        }

        try
        {
            await errors.WriteAsync(context, error, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left while being told.
        }
    }

    private async ValueTask<GatewayError?> InvokeAsync(HttpContext context, ApiHandler handler, CancellationToken cancellationToken)
    {
        try
        {
            return RequestLimits.Check(context) ?? await handler(context, cancellationToken);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (drain.Deadline.IsCancellationRequested)
        {
            return GatewayError.ShuttingDown;
        }
        catch (ConnectionResetException)
        {
            // The caller left while its body was read.
            return null;
        }
        catch (BadHttpRequestException fault)
        {
            // The server's own refusals while a body is read: broken chunks, a body that ends early, one that trickles.
            return fault.StatusCode == StatusCodes.Status408RequestTimeout
                ? new GatewayError(408, new ErrorBody("The request's body came too slowly, or not at all.", ErrorTypes.Timeout, null, "request_timeout"))
                : new GatewayError(fault.StatusCode, new ErrorBody($"The request could not be read: {fault.Message}", ErrorTypes.InvalidRequest, null, "bad_request"));
        }
        catch (IOException fault) when (fault.InnerException is OverflowException)
        {
            // How Kestrel tells of a chunk whose size is beyond all numbers.
            return new GatewayError(400, new ErrorBody("The request could not be read: a chunk's size is no number.", ErrorTypes.InvalidRequest, null, "bad_request"));
        }
        catch (RecordsUnavailableException fault)
        {
            Log.RecordsUnavailable(logger, fault, context.TraceIdentifier);
            return RecordsErrors.Unavailable;
        }
        catch (Exception fault)
        {
            // The one catch of a request's bugs: the log gets the details, the caller the id to ask with.
            Log.Failed(logger, fault, context.TraceIdentifier);
            return new GatewayError(500, new ErrorBody($"The server failed to answer. The log has the details under the request id {context.TraceIdentifier}.", ErrorTypes.Api));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Error, "Request {RequestId} failed.")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId);

        [LoggerMessage(1001, LogLevel.Warning, "Request {RequestId} could not be answered: the database does not answer.")]
        public static partial void RecordsUnavailable(ILogger logger, Exception exception, string requestId);
    }
}
