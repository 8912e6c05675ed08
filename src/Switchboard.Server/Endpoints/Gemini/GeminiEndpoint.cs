using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Server.Endpoints.Gemini;

/// <summary>
/// <c>POST /v1beta/models/{model}:{method}</c>, and the same below <c>/v1</c>: Google's Gemini API before any provider.
/// </summary>
internal sealed class GeminiEndpoint(SurfaceCalls calls)
{
    /// <summary>Does what the path asks for.</summary>
    public ValueTask<GatewayError?> PostAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (Read(context) is not var (model, method))
        {
            return UnknownRoute.NotFoundAsync(context, cancellationToken);
        }

        var isSse = context.Request.Query["alt"] == "sse";
        SurfaceReader read = (body, policy, time, out error) => SurfaceRequest.ReadGemini(body, model, method, isSse, policy, time, out error);
        return method == GeminiMethod.CountTokens
            ? calls.CountAsync(context, ApiDialect.Gemini, read, cancellationToken)
            : calls.AnswerAsync(context, OperationOf(method), read, cancellationToken);
    }

    /// <summary>True for a path that asks something of a model.</summary>
    public static bool IsAsked(HttpContext context) => Read(context) is not null;

    // A model's name may hold colons and slashes, escaped or not; the method is behind the last colon.
    private static (string Model, GeminiMethod Method)? Read(HttpContext context)
    {
        var target = (context.GetRouteValue("model") as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Replace("%3A", ":", StringComparison.OrdinalIgnoreCase);
        var colon = target.LastIndexOf(':');
        return colon > 0 && MethodOf(target[(colon + 1)..]) is { } method ? (target[..colon], method) : null;
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
