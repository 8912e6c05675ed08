using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;

namespace Switchboard.Gateway.Providers.OpenAICompatible;

/// <summary>
/// Any server that speaks the API of OpenAI: the request goes out as the bytes it came in, and so does the answer come
/// back.
/// </summary>
internal sealed class OpenAICompatibleProvider(UpstreamConnection connection, TimeProvider time, ILogger<OpenAICompatibleProvider> logger)
    : IChatProvider, ICompletionProvider, IEmbeddingProvider, IDisposable
{
    /// <summary>Where OpenAI itself answers.</summary>
    public static readonly Uri DefaultBaseUrl = new("https://api.openai.com/v1");

    private readonly ModelLister _lister = new(connection, time);

    /// <inheritdoc/>
    public string Name => connection.Provider;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services) => new OpenAICompatibleProvider(
        new UpstreamConnection(name, settings.BaseUrl ?? DefaultBaseUrl, settings),
        services.TimeProvider,
        services.LoggerFactory.CreateLogger<OpenAICompatibleProvider>());

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => _lister.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> CompleteChatAsync(GatewayCall call, string model, CancellationToken cancellationToken) =>
        SendAsync(call, "chat/completions", model, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> CompleteTextAsync(GatewayCall call, string model, CancellationToken cancellationToken) =>
        SendAsync(call, "completions", model, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> EmbedAsync(GatewayCall call, string model, CancellationToken cancellationToken) =>
        SendAsync(call, "embeddings", model, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private async ValueTask<GatewayOutcome> SendAsync(GatewayCall call, string path, string model, CancellationToken cancellationToken)
    {
        var content = new RequestContent(call, model);
        try
        {
            using var request = connection.CreateRequest(call, path, content);
            if (!call.Facts.Stream)
            {
                return await new UnaryRelay(connection, time, logger, call).RunAsync(request, cancellationToken);
            }

            using var relay = new StreamRelay(connection, time, logger, call);
            return await relay.RunAsync(request, cancellationToken);
        }
        finally
        {
            // The body is the caller's again from here on.
            await content.ReleaseAsync();
        }
    }
}
