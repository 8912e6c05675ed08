using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints.Gemini;

/// <summary><c>POST /v1beta/models/{model}:{method}</c>: Google's Gemini API before any provider.</summary>
internal sealed class GeminiEndpoint(SurfaceCalls calls)
{
    /// <summary>Does what the path asks for.</summary>
    public ValueTask<GatewayError?> PostAsync(HttpContext context, CancellationToken cancellationToken)
    {
        // A model's name may hold colons and slashes, escaped or not; the method is behind the last colon.
        var target = (context.GetRouteValue("model") as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Replace("%3A", ":", StringComparison.OrdinalIgnoreCase);
        var colon = target.LastIndexOf(':');
        if (colon <= 0 || MethodOf(target[(colon + 1)..]) is not { } method)
        {
            return new(new GatewayError(404, new ErrorBody(
                $"Unknown request URL: {context.Request.Method} {context.Request.PathBase}{context.Request.Path}. GET / lists what there is.",
                ErrorTypes.InvalidRequest,
                null,
                "unknown_url")));
        }

        var model = target[..colon];
        var isSse = context.Request.Query["alt"] == "sse";
        SurfaceReader read = (body, policy, time, out error) => SurfaceRequest.ReadGemini(body, model, method, isSse, policy, time, out error);
        return method == GeminiMethod.CountTokens
            ? calls.CountAsync(context, ApiDialect.Gemini, read, cancellationToken)
            : calls.AnswerAsync(context, OperationOf(method), read, cancellationToken);
    }

    private static ApiOperation OperationOf(GeminiMethod method) =>
        method is GeminiMethod.EmbedContent or GeminiMethod.BatchEmbedContents ? ApiOperation.Embeddings : ApiOperation.ChatCompletions;

    private static GeminiMethod? MethodOf(string name) => name switch
    {
        "generateContent" => GeminiMethod.GenerateContent,
        "streamGenerateContent" => GeminiMethod.StreamGenerateContent,
        "countTokens" => GeminiMethod.CountTokens,
        "embedContent" => GeminiMethod.EmbedContent,
        "batchEmbedContents" => GeminiMethod.BatchEmbedContents,
        _ => null,
    };
}
