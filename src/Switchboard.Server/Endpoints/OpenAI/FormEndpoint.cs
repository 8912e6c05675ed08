using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The endpoints that run a model on files: a form passes through, looked at as far as routing needs.</summary>
internal sealed class FormEndpoint(GatewayRuntime runtime, CallEndpoint calls)
{
    /// <summary>The handler of one operation. One that takes JSON too is answered by what comes.</summary>
    public ApiHandler For(OperationProfile profile)
    {
        if (!profile.Specification.TakesJson)
        {
            return (context, cancellationToken) => InvokeAsync(context, profile, cancellationToken);
        }

        var json = calls.For(profile);
        return (context, cancellationToken) => JsonContentType.Matches(context.Request.ContentType)
            ? json(context, cancellationToken)
            : InvokeAsync(context, profile, cancellationToken);
    }

    private async ValueTask<GatewayError?> InvokeAsync(HttpContext context, OperationProfile profile, CancellationToken cancellationToken)
    {
        if (FormBoundary.Read(context.Request, profile.Specification.TakesJson ? "a form (multipart/form-data) or JSON" : "a form (multipart/form-data)", out var boundary) is { } unreadable)
        {
            return unreadable;
        }

        using var lease = runtime.Enter();
        var body = CallerBody.Of(context, lease.Gateway.Configuration.Server, out var refusal);
        if (body is null)
        {
            return refusal ?? FormFaults.Empty();
        }

        using var form = new FormUpload(body, boundary, profile, RequestedProvider.ModelOf(context.Request));
        return await form.ReadLeadAsync(cancellationToken) ?? await AnswerAsync(context, lease.Gateway, profile, form, cancellationToken);
    }

    private static async ValueTask<GatewayError?> AnswerAsync(HttpContext context, GatewayGeneration gateway, OperationProfile profile, FormUpload form, CancellationToken cancellationToken)
    {
        var sink = new HttpAnswerSink(context);
        var call = new RequestedCall
        {
            Operation = profile.Operation,
            Path = ForwardedPath.WithQuery(profile.Path, context.Request),
            Upload = form,
            Facts = form.Facts,
            Sink = sink,
        }.Read(context, gateway);
        return await gateway.RunAsync(context, call, sink, cancellationToken);
    }
}
