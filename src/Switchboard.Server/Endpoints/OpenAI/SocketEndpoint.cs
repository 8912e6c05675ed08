using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The endpoints that are websockets: realtime sessions, and responses over one connection.</summary>
internal sealed class SocketEndpoint(GatewayRuntime runtime)
{
    private const string Model = "model";

    /// <summary>The handler of one path.</summary>
    public ApiHandler For(ApiOperation operation, string path) => (context, cancellationToken) => InvokeAsync(context, operation, path, cancellationToken);

    private async ValueTask<GatewayError?> InvokeAsync(HttpContext context, ApiOperation operation, string path, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || !IsWebSocket(request))
        {
            return NoWebSocket(request);
        }

        if (SocketHandshake.Check(request) is { } unfit)
        {
            return unfit;
        }

        if (ReadModel(request, out var model) is { } refusal)
        {
            return refusal;
        }

        using var lease = runtime.Enter();
        var gateway = lease.Gateway;
        var sink = new HttpAnswerSink(context);
        var call = new RequestedCall
        {
            Operation = operation,
            Method = HttpMethod.Get,
            Path = ForwardedPath.WithQuery(path, request),
            Socket = (new HttpSocketCaller(context, upgrade, sink), SocketHandshake.Offer(request)),
            Facts = RequestFacts.None with { Model = model },
            Sink = sink,
        }.Read(context, gateway);
        return await gateway.RunAsync(context, call, sink, cancellationToken);
    }

    private static bool IsWebSocket(HttpRequest request) =>
        request.Headers.Upgrade.ToString().Split(',').Any(protocol => protocol.Trim().Equals("websocket", StringComparison.OrdinalIgnoreCase));

    private static GatewayError NoWebSocket(HttpRequest request) =>
        new(426, new ErrorBody($"GET {request.PathBase}{request.Path} is a websocket; the request must ask for one (Connection: Upgrade, Upgrade: websocket).", ErrorTypes.InvalidRequest, null, "upgrade_required"))
        {
            Headers = [new("Upgrade", "websocket"), new("Connection", "Upgrade")],
        };

    // A call that is listened in on and a client secret bring their own.
    private static GatewayError? ReadModel(HttpRequest request, out string model)
    {
        var values = request.Query[Model];
        model = values.Count == 1 ? values[0] ?? "" : "";
        return values.Count > 1 ? GatewayError.InvalidRequest("'model' is given twice; it must be given once.", Model, "duplicate_parameter")
            : values.Count == 1 && string.IsNullOrWhiteSpace(model) ? GatewayError.InvalidRequest("'model' must be a non-blank string, but a blank one came.", Model, "invalid_value")
            : null;
    }

    /// <summary>The caller's end over an HTTP request.</summary>
    private sealed class HttpSocketCaller(HttpContext context, IHttpUpgradeFeature upgrade, HttpAnswerSink sink) : ISocketCaller
    {
        public async ValueTask<Stream> OpenAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
        {
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            CallHeaders.Write(context.Response, sink.Call!);
            context.Response.Headers.Connection = "Upgrade";
            context.Response.Headers.Upgrade = "websocket";
            return await upgrade.UpgradeAsync();
        }
    }
}
