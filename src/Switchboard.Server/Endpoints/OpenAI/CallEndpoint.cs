using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The endpoints that run a model: HTTP becomes a <see cref="GatewayCall"/>, its outcome becomes HTTP.</summary>
internal sealed class CallEndpoint(GatewayRuntime runtime)
{
    private ServerSettings Settings => runtime.Configuration.Server;

    /// <summary>The handler of one operation.</summary>
    public ApiHandler For(OperationProfile profile) => (context, cancellationToken) => InvokeAsync(context, profile, cancellationToken);

    private async ValueTask<GatewayError?> InvokeAsync(HttpContext context, OperationProfile profile, CancellationToken cancellationToken)
    {
        if (CheckMediaType(context.Request) is { } refusal)
        {
            return refusal;
        }

        var limit = Settings.MaxBodyMegabytes * 1024 * 1024;
        var body = await RequestBody.ReadAsync(context, limit, cancellationToken);
        if (body is null)
        {
            return TooLarge();
        }

        if (!RequestReader.TryRead(body.Memory.Span, profile.Operation, Settings.Strict, out var facts, out var fault))
        {
            body.Return();
            return fault;
        }

        var sink = new HttpAnswerSink(context);
        var call = new GatewayCall
        {
            Operation = profile.Operation,
            Path = profile.Path,
            Provider = RequestedProvider.Of(context.Request),
            Body = body.Memory,
            Facts = facts,
            RequestId = context.TraceIdentifier,
            Sink = sink,
            ForwardedHeaders = ForwardedHeaders.Of(context.Request),
        };
        sink.Call = call;
        var outcome = await runtime.Pipeline.RunAsync(call, cancellationToken);
        if (!outcome.IsError)
        {
            // After a failure or a cancellation the provider's connection may still be sending from it: dropped then.
            if (!cancellationToken.IsCancellationRequested)
            {
                body.Return();
            }

            return null;
        }

        CallHeaders.Write(context.Response, call);
        return outcome.Error;
    }

    private static GatewayError? CheckMediaType(HttpRequest request)
    {
        if (!JsonContentType.Matches(request.ContentType))
        {
            var given = string.IsNullOrEmpty(request.ContentType) ? "none" : $"'{request.ContentType}'";
            return Unsupported($"The body must be JSON with Content-Type application/json, but {given} came.");
        }

        var encoding = request.Headers.ContentEncoding.ToString();
        return encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? null
            : Unsupported($"The body must not be compressed, but Content-Encoding '{encoding}' came.");
    }

    private static GatewayError Unsupported(string message) =>
        new(415, new ErrorBody(message, ErrorTypes.InvalidRequest, null, "unsupported_media_type"));

    private GatewayError TooLarge() => new(413, new ErrorBody(
        $"The body is larger than the limit of {Settings.MaxBodyMegabytes} MB (server.max_body_mb).",
        ErrorTypes.InvalidRequest,
        null,
        "request_too_large"));
}
