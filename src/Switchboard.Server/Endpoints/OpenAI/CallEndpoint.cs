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
        using var lease = runtime.Enter();
        var gateway = lease.Gateway;
        var (body, error) = await JsonBody.ReadAsync(context, gateway.Configuration.Server, cancellationToken);
        if (body is null)
        {
            return error;
        }

        var reading = RequestReader.Read(body.Memory, profile.Operation, gateway.Requests);
        if (!reading.IsTaken)
        {
            body.Return();
            return reading.Error;
        }

        var sink = new HttpAnswerSink(context);
        var call = new RequestedCall
        {
            Operation = profile.Operation,
            Path = ForwardedPath.WithQuery(profile.Path, context.Request),
            Body = reading.Body,
            Facts = reading.Facts,
            Sink = sink,
        }.Read(context, gateway);
        error = await gateway.RunAsync(context, call, sink, cancellationToken);

        // After a failure or a cancellation the provider's connection may still be sending from it: dropped then.
        if (error is null && !cancellationToken.IsCancellationRequested)
        {
            body.Return();
        }

        return error;
    }
}
