using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Gemini;

namespace Switchboard.Gateway.Providers.Gemini;

/// <summary>Google's Gemini API: chat completions, translated both ways.</summary>
internal sealed class GeminiProvider : IProvider, IDisposable
{
    private readonly UpstreamConnection _connection;
    private readonly TranslatedChat _chat;
    private readonly ModelLister _models;

    private GeminiProvider(UpstreamConnection connection, TimeProvider time, ILogger logger)
    {
        _connection = connection;
        _chat = new TranslatedChat(connection, new GeminiDialect(isVertex: false), time, logger);
        _models = new ModelLister(connection, time) { Path = "models?pageSize=1000", Member = "models", Describe = Describe };
    }

    /// <summary>Where Google itself answers.</summary>
    public static Uri DefaultBaseUrl { get; } = new("https://generativelanguage.googleapis.com/v1beta");

    /// <inheritdoc/>
    public string Name => _connection.Provider;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services) => new GeminiProvider(
        new UpstreamConnection(name, settings.BaseUrl ?? DefaultBaseUrl, settings, handler: null, "x-goog-api-key") { Heartbeat = services.Heartbeat },
        services.TimeProvider,
        services.LoggerFactory.CreateLogger<GeminiProvider>());

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation == ApiOperation.ChatCompletions;

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) =>
        _chat.AnswerAsync(call, model, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => _models.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

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
