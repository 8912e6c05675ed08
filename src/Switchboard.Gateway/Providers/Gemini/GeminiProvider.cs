using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Gemini;

namespace Switchboard.Gateway.Providers.Gemini;

/// <summary>Google's models: chat, embeddings, pictures, speech and what is heard, translated both ways.</summary>
internal sealed class GeminiProvider : IProvider, IDisposable
{
    private static readonly GeminiPictures s_pictures = new();

    private readonly UpstreamConnection _connection;
    private readonly TranslatedChat _chat;
    private readonly OriginRelay _contents;
    private readonly TranslatedEmbeddings _embeddings;
    private readonly TranslatedPictures _pictures;
    private readonly GeminiMedia _media;
    private readonly ModelLister _models;
    private readonly bool _isVertex;
    private readonly IDisposable? _other;

    /// <summary>A provider.</summary>
    /// <param name="connection">The way to the models.</param>
    /// <param name="models">Lists them.</param>
    /// <param name="isVertex">It is Vertex AI.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    /// <param name="other">Something else that ends with the provider.</param>
    public GeminiProvider(UpstreamConnection connection, ModelLister models, bool isVertex, TimeProvider time, ILogger logger, IDisposable? other = null)
    {
        _connection = connection;
        _models = models;
        _isVertex = isVertex;
        _other = other;
        _chat = new TranslatedChat(connection, new GeminiDialect(isVertex), time, logger);
        _contents = new OriginRelay(connection, StreamKind.Contents, time, logger);
        _embeddings = new TranslatedEmbeddings(connection, time, logger);
        _pictures = new TranslatedPictures(connection, (_, model) => ImagenPictures.Has(model) ? new ImagenPictures(isVertex) : s_pictures, time, logger);
        _media = new GeminiMedia(connection, time, logger);
    }

    /// <summary>Where Google AI answers.</summary>
    public static Uri DefaultBaseUrl { get; } = new("https://generativelanguage.googleapis.com/v1beta");

    /// <inheritdoc/>
    public string Name => _connection.Provider;

    /// <summary>Makes a provider of Google AI from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services)
    {
        var connection = new UpstreamConnection(name, settings.Address!, settings, handler: null, "x-goog-api-key") { Heartbeat = services.Heartbeat };
        var models = new ModelLister(connection, services.TimeProvider) { Path = "models?pageSize=1000", Member = "models", Describe = Describe };
        return new GeminiProvider(connection, models, isVertex: false, services.TimeProvider, services.LoggerFactory.CreateLogger<GeminiProvider>());
    }

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation is
        ApiOperation.ChatCompletions or ApiOperation.Embeddings or ApiOperation.CountTokens or ApiOperation.ImageGenerations or ApiOperation.ImageEdits || GeminiMedia.Offers(operation);

    /// <inheritdoc/>
    public bool Passes(CallOrigin origin) => origin.Dialect == ApiDialect.Gemini;

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) => call.Operation switch
    {
        _ when GeminiDialect.LeadsElsewhere(model) => new(GatewayOutcome.Failed(GatewayError.ModelNotFound(model))),
        _ when call.Origin is { } origin && Passes(origin) => _contents.AnswerAsync(call, origin, GeminiDialect.PathOf(model, origin.Path), model, cancellationToken),
        ApiOperation.CountTokens => new(GatewayOutcome.Failed(GatewayError.NotCounted(Name))),
        ApiOperation.ChatCompletions => _chat.AnswerAsync(call, model, cancellationToken),
        ApiOperation.Embeddings => _embeddings.AnswerAsync(call, model, _isVertex ? new VertexEmbeddings(model) : new GeminiEmbeddings(), cancellationToken),
        ApiOperation.ImageGenerations or ApiOperation.ImageEdits => _pictures.AnswerAsync(call, model, cancellationToken),
        _ => _media.AnswerAsync(call, model, cancellationToken),
    };

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => _models.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _other?.Dispose();
    }

    // {"name":"models/gemini-2.5-flash","displayName":"Gemini 2.5 Flash","inputTokenLimit":1048576,…}
    private static ModelDescription? Describe(JsonElement model)
    {
        const string Folder = "models/";
        if (model.Text("name"u8) is not { Length: > 0 } name)
        {
            return null;
        }

        return new ModelDescription(name.StartsWith(Folder, StringComparison.Ordinal) ? name[Folder.Length..] : name, DateTimeOffset.UnixEpoch, "google")
        {
            Description = model.Text("displayName"u8),
            ContextLength = model.Integer("inputTokenLimit"u8),
        };
    }
}
