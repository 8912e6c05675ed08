using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The endpoints that run a model: HTTP becomes a <see cref="GatewayCall"/>, its outcome becomes HTTP.</summary>
internal sealed class CallEndpoint(GatewayRuntime runtime)
{
    /// <summary>The handler of one operation.</summary>
    public ApiHandler For(OperationProfile profile) => (context, cancellationToken) => InvokeAsync(context, profile, cancellationToken);

    private async ValueTask<GatewayError?> InvokeAsync(HttpContext context, OperationProfile profile, CancellationToken cancellationToken)
    {
        if (CheckMediaType(context.Request) is { } refusal)
        {
            return refusal;
        }

        using var lease = runtime.Enter();
        var gateway = lease.Gateway;
        var settings = gateway.Configuration.Server;
        var limit = settings.MaxBodyMegabytes * 1024 * 1024;
        var body = await RequestBody.ReadAsync(context, limit, cancellationToken);
        if (body is null)
        {
            return BodyFaults.TooLarge(settings);
        }

        if (LongWork.IsElsewhere(body.Memory.Length))
        {
            await Task.Yield();
        }

        var reading = RequestReader.Read(body.Memory, profile.Operation, gateway.Requests);
        if (!reading.IsTaken)
        {
            body.Return();
            return reading.Error;
        }

        var sink = new HttpAnswerSink(context);
        var call = new GatewayCall
        {
            Operation = profile.Operation,
            Path = ForwardedPath.WithQuery(profile.Path, context.Request),
            Provider = RequestedProvider.Of(context.Request),
            Tags = Steering.TagsOf(context.Request),
            Deployment = Steering.DeploymentOf(context.Request),
            CacheWish = Steering.CacheWishOf(context.Request),
            WantedGuardrails = Steering.GuardrailsOf(context.Request),
            Body = reading.Body,
            Facts = reading.Facts,
            RequestId = context.TraceIdentifier,
            Caller = RequestCaller.Of(context),
            Sink = sink,
            Compat = settings.Compat,
            MarksEndAfterError = settings.DoneAfterError,
            ForwardedHeaders = ForwardedHeaders.Of(context.Request),
            EngineHeaders = EngineHeaders.Of(context.Request, gateway.PassesEngineHeaders),
        };
        var error = await gateway.RunAsync(context, call, sink, cancellationToken);

        // After a failure or a cancellation the provider's connection may still be sending from it: dropped then.
        if (error is null && !cancellationToken.IsCancellationRequested)
        {
            body.Return();
        }

        return error;
    }

    private static GatewayError? CheckMediaType(HttpRequest request) =>
        JsonContentType.Matches(request.ContentType)
            ? BodyFaults.CheckEncoding(request)
            : BodyFaults.UnsupportedType("JSON with Content-Type application/json", request);
}
