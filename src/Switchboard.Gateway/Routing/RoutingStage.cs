using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Routing;

/// <summary>The innermost stage: finds the provider and has it answer. It calls no next stage.</summary>
internal sealed partial class RoutingStage(ModelTable table, TimeProvider time, ILogger<RoutingStage> logger) : IGatewayStage
{
    public async ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var route = await table.FindAsync(call.Facts.Model, cancellationToken);
        call.Timings.Add("route", time.GetElapsedTime(started));
        if (!route.IsFound)
        {
            return GatewayOutcome.Failed(route.Error);
        }

        Log.Routed(logger, call.RequestId, route.Provider.Name, call.Operation);
        return await CallAsync(call, route.Provider, route.Model, cancellationToken);
    }

    private static ValueTask<GatewayOutcome> CallAsync(GatewayCall call, IProvider provider, string model, CancellationToken cancellationToken) =>
        (call.Operation, provider) switch
        {
            (ApiOperation.ChatCompletions, IChatProvider chat) => chat.CompleteChatAsync(call, model, cancellationToken),
            (ApiOperation.Completions, ICompletionProvider text) => text.CompleteTextAsync(call, model, cancellationToken),
            (ApiOperation.Embeddings, IEmbeddingProvider embedding) => embedding.EmbedAsync(call, model, cancellationToken),
            _ => new(GatewayOutcome.Failed(Incapable(call.Operation, provider.Name))),
        };

    private static GatewayError Incapable(ApiOperation operation, string provider)
    {
        var capability = operation switch
        {
            ApiOperation.ChatCompletions => "chat completions",
            ApiOperation.Completions => "text completions",
            _ => "embeddings",
        };
        return GatewayError.InvalidRequest($"The provider '{provider}' of this model does not offer {capability}.", "model", "unsupported_operation");
    }

    private static partial class Log
    {
        [LoggerMessage(1110, LogLevel.Debug, "Call {RequestId} goes to provider {Provider} ({Operation}).")]
        public static partial void Routed(ILogger logger, string requestId, string provider, ApiOperation operation);
    }
}
