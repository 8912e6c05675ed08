using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Ollama;

namespace Switchboard.Gateway.Providers.Ollama;

/// <summary>
/// Ollama. Chat and embeddings go to its own API, which alone has the size of the context, <c>keep_alive</c> and all
/// samplers; everything else to the one that is compatible with OpenAI's.
/// </summary>
internal sealed class OllamaProvider : IProvider, IDisposable
{
    private readonly UpstreamConnection _connection;
    private readonly OpenAICompatibleProvider _compatible;
    private readonly TranslatedChat _chat;
    private readonly TranslatedEmbeddings _embeddings;
    private readonly ModelLister _models;
    private readonly OllamaEmbeddings _embeddingDialect = new();

    private OllamaProvider(UpstreamConnection connection, OpenAICompatibleProvider compatible, TimeProvider time, ILogger logger)
    {
        _connection = connection;
        _compatible = compatible;
        _chat = new TranslatedChat(connection, new OllamaDialect(), time, logger);
        _embeddings = new TranslatedEmbeddings(connection, time, logger);
        _models = new ModelLister(connection, time) { Path = "api/tags", Member = "models", Describe = Describe };
    }

    /// <summary>Where a server answers that was started without further words.</summary>
    public static Uri DefaultBaseUrl { get; } = new("http://127.0.0.1:11434");

    /// <inheritdoc/>
    public string Name => _connection.Provider;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services)
    {
        var connection = new UpstreamConnection(name, RootOf(settings.Address!), settings) { Heartbeat = services.Heartbeat };
        var compatible = new OpenAICompatibleProvider(connection, services.TimeProvider, services.LoggerFactory.CreateLogger<OpenAICompatibleProvider>())
        {
            PathOf = (_, path, _) => $"v1/{path}",
            Models = new ModelLister(connection, services.TimeProvider) { Path = "v1/models" },
        };
        return settings.Api == OllamaApi.OpenAI
            ? compatible
            : new OllamaProvider(connection, compatible, services.TimeProvider, services.LoggerFactory.CreateLogger<OllamaProvider>());
    }

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => _compatible.Offers(operation);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) => call.Operation switch
    {
        ApiOperation.ChatCompletions => _chat.AnswerAsync(call, model, cancellationToken),
        ApiOperation.Embeddings => _embeddings.AnswerAsync(call, model, _embeddingDialect, cancellationToken),
        _ => _compatible.AnswerAsync(call, model, cancellationToken),
    };

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => _models.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _compatible.Dispose();

    // Many write the address of the compatible API; the server is the same.
    private static Uri RootOf(Uri address)
    {
        var text = address.AbsoluteUri.TrimEnd('/');
        return text.EndsWith("/v1", StringComparison.Ordinal) ? new Uri(text[..^3])
            : text.EndsWith("/api", StringComparison.Ordinal) ? new Uri(text[..^4])
            : address;
    }

    private static ModelDescription? Describe(JsonElement model) => (model.Text("model"u8) ?? model.Text("name"u8)) is { Length: > 0 } id
        ? new ModelDescription(id, model.Find("modified_at"u8) is { ValueKind: JsonValueKind.String } at && at.TryGetDateTimeOffset(out var modified) ? modified : DateTimeOffset.UnixEpoch, "ollama")
        {
            Description = model.Find("details"u8) is { } details ? string.Join(' ', new[] { details.Text("family"u8), details.Text("parameter_size"u8), details.Text("quantization_level"u8) }.Where(part => !string.IsNullOrEmpty(part))) : null,
        }
        : null;
}
