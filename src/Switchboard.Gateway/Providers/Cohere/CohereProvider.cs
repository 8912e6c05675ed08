using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Cohere;

namespace Switchboard.Gateway.Providers.Cohere;

/// <summary>Cohere: chat, embeddings and reranking, translated both ways; transcriptions, whose form is the same, are passed on.</summary>
internal sealed class CohereProvider : IProvider, IDisposable
{
    private readonly UpstreamConnection _connection;
    private readonly OpenAICompatibleProvider _compatible;
    private readonly TranslatedChat _chat;
    private readonly TranslatedEmbeddings _embeddings;
    private readonly TranslatedReranking _reranking;
    private readonly ModelLister _models;
    private readonly CohereEmbeddings _embeddingDialect = new();

    private CohereProvider(UpstreamConnection connection, ProviderServices services)
    {
        var (time, logger) = (services.TimeProvider, services.LoggerFactory.CreateLogger<CohereProvider>());
        _connection = connection;
        _compatible = new OpenAICompatibleProvider(connection, time, services.LoggerFactory.CreateLogger<OpenAICompatibleProvider>()) { PathOf = (_, path, _) => $"v2/{path}" };
        _chat = new TranslatedChat(connection, new CohereDialect(), time, logger);
        _embeddings = new TranslatedEmbeddings(connection, time, logger);
        _reranking = new TranslatedReranking(connection, new CohereRerank(), time, logger);
        _models = new ModelLister(connection, time) { Path = "v1/models?page_size=1000", Member = "models", Describe = Describe };
    }

    /// <summary>Where Cohere answers.</summary>
    public static Uri DefaultBaseUrl { get; } = new("https://api.cohere.com");

    /// <inheritdoc/>
    public string Name => _connection.Provider;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services) =>
        new CohereProvider(new UpstreamConnection(name, RootOf(settings.Address!), settings) { Heartbeat = services.Heartbeat }, services);

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation is
        ApiOperation.ChatCompletions or ApiOperation.Embeddings or ApiOperation.Rerank or ApiOperation.Transcriptions;

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) => call.Operation switch
    {
        ApiOperation.ChatCompletions => _chat.AnswerAsync(call, model, cancellationToken),
        ApiOperation.Embeddings => _embeddings.AnswerAsync(call, model, _embeddingDialect, cancellationToken),
        ApiOperation.Rerank => _reranking.AnswerAsync(call, model, cancellationToken),
        _ => _compatible.AnswerAsync(call, model, cancellationToken),
    };

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => _models.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _compatible.Dispose();

    // The version is part of each path here: chat is of the second, the list of models of the first.
    private static Uri RootOf(Uri address)
    {
        var text = address.AbsoluteUri.TrimEnd('/');
        return text.EndsWith("/v1", StringComparison.Ordinal) || text.EndsWith("/v2", StringComparison.Ordinal) ? new Uri(text[..^3]) : address;
    }

    private static ModelDescription? Describe(JsonElement model) => model.Text("name"u8) is { Length: > 0 } name
        ? new ModelDescription(name, DateTimeOffset.UnixEpoch, "cohere") { ContextLength = CohereUsage.Count(model, "context_length"u8) is > 0 and var length ? length : null }
        : null;
}
