using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;
using Switchboard.Server.Logging;

namespace Switchboard.Server.Endpoints;

/// <summary>Reads a request of another dialect than OpenAI's; null with the error where it is refused.</summary>
internal delegate SurfaceRequest? SurfaceReader(ReadOnlyMemory<byte> body, RequestPolicy policy, TimeProvider time, out GatewayError? error);

/// <summary>
/// What the endpoints of other dialects have in common: a request becomes a chat request and walks the pipeline as any
/// other, and its answer is told in the caller's dialect.
/// </summary>
internal sealed class SurfaceCalls(GatewayRuntime runtime, TimeProvider time)
{
    /// <summary>Answers a call.</summary>
    public ValueTask<GatewayError?> AnswerAsync(HttpContext context, ApiOperation operation, SurfaceReader read, CancellationToken cancellationToken) =>
        ReadAsync(context, read, (gateway, request, token) => RunAsync(context, gateway, operation, request, request.CreateSink, token), cancellationToken);

    /// <summary>Counts the tokens of a request: asks the provider, and estimates where it does not count.</summary>
    public ValueTask<GatewayError?> CountAsync(HttpContext context, ApiDialect dialect, SurfaceReader read, CancellationToken cancellationToken) =>
        ReadAsync(
            context,
            read,
            async (gateway, request, token) =>
            {
                var error = await RunAsync(context, gateway, ApiOperation.CountTokens, request, sink => SurfaceRequest.CreateCountSink(sink, dialect), token);
                if (error is { IsUnsupported: true } && !request.Body.IsEmpty)
                {
                    await EstimateAsync(context, dialect, request, token);
                    return null;
                }

                return error;
            },
            cancellationToken);

    private async ValueTask<GatewayError?> ReadAsync(HttpContext context, SurfaceReader read, Func<GatewayGeneration, SurfaceRequest, CancellationToken, ValueTask<GatewayError?>> run, CancellationToken cancellationToken)
    {
        using var lease = runtime.Enter();
        var gateway = lease.Gateway;
        var (body, error) = await JsonBody.ReadAsync(context, gateway.Configuration.Server, cancellationToken);
        if (body is null)
        {
            return error;
        }

        if (read(body.Memory, gateway.Requests, time, out error) is not { } request)
        {
            body.Return();
            return error;
        }

        error = await run(gateway, request, cancellationToken);

        // After a failure or a cancellation the provider's connection may still be sending from it: dropped then.
        if (error is null && !cancellationToken.IsCancellationRequested)
        {
            body.Return();
        }

        return error;
    }

    private static async ValueTask<GatewayError?> RunAsync(HttpContext context, GatewayGeneration gateway, ApiOperation operation, SurfaceRequest request, Func<IAnswerSink, TranslatingSink> createSink, CancellationToken cancellationToken)
    {
        var sink = new HttpAnswerSink(context);
        var translating = createSink(sink);
        var call = new RequestedCall
        {
            Operation = operation,
            Path = OperationProfile.Of(operation).Path,
            Body = request.Body,
            Facts = request.Facts,
            Origin = request.Origin,
            Sink = translating,
            IsRetold = true,
        }.Read(context, gateway);
        sink.Call = call;
        var outcome = await translating.CompleteAsync(await gateway.Pipeline.RunAsync(call, cancellationToken), cancellationToken);
        RequestScope.Current?.IsCallerGone = outcome.IsCallerGone;
        if (outcome.IsError)
        {
            CallHeaders.Write(context.Response, call);
        }

        return outcome.Error;
    }

    private static Task EstimateAsync(HttpContext context, ApiDialect dialect, SurfaceRequest request, CancellationToken cancellationToken)
    {
        context.Response.Headers["x-switchboard-estimate"] = "true";
        return JsonAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber(dialect == ApiDialect.Anthropic ? "input_tokens"u8 : "totalTokens"u8, TokenEstimate.Of(request.Body.Span));
                json.WriteEndObject();
            },
            cancellationToken);
    }
}
