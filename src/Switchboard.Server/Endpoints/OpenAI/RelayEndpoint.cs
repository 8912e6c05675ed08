using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Protocol.Operations;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>
/// Every operation of the specification that runs no model by name: files, batches, threads … The request goes to a
/// provider as it came, whatever its body is.
/// </summary>
internal sealed class RelayEndpoint(GatewayRuntime runtime)
{
    /// <summary>The handler of an operation.</summary>
    public ApiHandler For(OpenAIOperation operation)
    {
        var template = RelayTemplate.Parse(operation.Path);
        var method = HttpMethod.Parse(operation.Method);
        return (context, cancellationToken) => InvokeAsync(context, operation, method, template, cancellationToken);
    }

    private async ValueTask<GatewayError?> InvokeAsync(HttpContext context, OpenAIOperation operation, HttpMethod method, RelayTemplate template, CancellationToken cancellationToken)
    {
        if (context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget is { } target && ForwardedPath.HasDots(target))
        {
            return GatewayError.InvalidRequest("The path must not have a segment '.' or '..'.", null, "invalid_path");
        }

        if (!template.TryFill(context.Request.RouteValues, out var path, out var parameter))
        {
            return GatewayError.InvalidRequest($"'{parameter}' is no id: it must not be '.' or '..' or hold slashes or control characters, escaped or not.", parameter, "invalid_value");
        }

        using var lease = runtime.Enter();
        var gateway = lease.Gateway;
        var body = CallerBody.Of(context, gateway.Configuration.Server, out var refusal);
        if (refusal is not null)
        {
            return refusal;
        }

        var sink = new HttpAnswerSink(context);
        var call = new RequestedCall
        {
            Operation = ApiOperation.Other,
            Method = method,
            Path = ForwardedPath.WithQuery(path, context.Request),
            IsAdministration = operation.NeedsAdminKey,
            Upload = body,
            Facts = RequestFacts.None,
            Sink = sink,
        }.Read(context, gateway);
        return await gateway.RunAsync(context, call, sink, cancellationToken);
    }
}
