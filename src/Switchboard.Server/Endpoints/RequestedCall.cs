using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Server.Endpoints.OpenAI;
using Switchboard.Server.Logging;

namespace Switchboard.Server.Endpoints;

/// <summary>What an endpoint knows of a call: all that the request's head does not say.</summary>
internal readonly record struct RequestedCall()
{
    /// <summary>What is asked for.</summary>
    public required ApiOperation Operation { get; init; }

    /// <summary>The HTTP method of the operation.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>The path below the base address, and the query.</summary>
    public required string Path { get; init; }

    /// <summary>What was found in the body.</summary>
    public required RequestFacts Facts { get; init; }

    /// <summary>Where the answer goes.</summary>
    public required IAnswerSink Sink { get; init; }

    /// <summary>The JSON of the body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A body that is passed on as it comes.</summary>
    public UploadBody? Upload { get; init; }

    /// <summary>The caller's end of a websocket, with the protocols that it offers.</summary>
    public (ISocketCaller Caller, IEnumerable<KeyValuePair<string, string>> Offer)? Socket { get; init; }

    /// <summary>What it was before it became a chat completion.</summary>
    public CallOrigin? Origin { get; init; }

    /// <summary>It administers the organization.</summary>
    public bool IsAdministration { get; init; }

    /// <summary>The answer is told in another form than OpenAI's, usage and all.</summary>
    public bool IsRetold { get; init; }

    /// <summary>Makes the call. What the head says is read here and nowhere else, so that every surface takes the same headers.</summary>
    public GatewayCall Read(HttpContext context, GatewayGeneration gateway)
    {
        var (request, server) = (context.Request, gateway.Configuration.Server);

        // Deployments are of models: what names none has nothing to choose among.
        var choosesModel = Operation != ApiOperation.Other;
        var headers = choosesModel ? ForwardedHeaders.Of(request) : ForwardedHeaders.OfOther(request);
        var call = new GatewayCall
        {
            Operation = Operation,
            Method = Method,
            Path = Path,
            Provider = RequestedProvider.Of(request),
            Tags = choosesModel ? Steering.TagsOf(request) : [],
            Deployment = choosesModel ? Steering.DeploymentOf(request) : null,
            CacheWish = Steering.CacheWishOf(request),
            WantedGuardrails = Steering.GuardrailsOf(request),
            IsAdministration = IsAdministration,
            Body = Body,
            Upload = Upload,
            Socket = Socket?.Caller,
            Facts = Facts,
            Origin = Origin,
            ReadsUsage = IsRetold,
            RequestId = context.TraceIdentifier,
            Caller = RequestCaller.Of(context),
            Sink = Sink,
            Compat = IsRetold ? default : server.Compat,
            MarksEndAfterError = !IsRetold && server.DoneAfterError,
            ForwardedHeaders = Socket is { } socket ? [.. socket.Offer, .. headers] : headers,
            EngineHeaders = EngineHeaders.Of(request, gateway.PassesEngineHeaders),
        };
        RequestScope.Current?.Call = call;
        return call;
    }
}
