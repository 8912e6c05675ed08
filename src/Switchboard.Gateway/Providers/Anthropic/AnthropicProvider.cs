using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Anthropic;

namespace Switchboard.Gateway.Providers.Anthropic;

/// <summary>
/// Anthropic, or any server that speaks its Messages API: chat completions, translated both ways; callers that speak it
/// themselves get their bytes passed.
/// </summary>
internal sealed class AnthropicProvider : IProvider, IDisposable
{
    private readonly UpstreamConnection _connection;
    private readonly TranslatedChat _chat;
    private readonly OriginRelay _messages;
    private readonly ModelLister _models;

    private AnthropicProvider(UpstreamConnection connection, TimeProvider time, ILogger logger)
    {
        _connection = connection;
        _chat = new TranslatedChat(connection, new AnthropicDialect(), time, logger);
        _messages = new OriginRelay(connection, StreamKind.Messages, time, logger) { Mends = IsClaude };
        _models = new ModelLister(connection, time) { Path = "models?limit=1000", Describe = Describe };
    }

    /// <summary>Where Anthropic itself answers.</summary>
    public static Uri DefaultBaseUrl { get; } = new("https://api.anthropic.com/v1");

    /// <inheritdoc/>
    public string Name => _connection.Provider;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services) => new AnthropicProvider(
        new UpstreamConnection(name, settings.Address!, settings, handler: null, "x-api-key", new KeyValuePair<string, string>("anthropic-version", "2023-06-01"))
        {
            Heartbeat = services.Heartbeat,
        },
        services.TimeProvider,
        services.LoggerFactory.CreateLogger<AnthropicProvider>());

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation is ApiOperation.ChatCompletions or ApiOperation.CountTokens;

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) =>
        call.Origin is { } origin && Passes(origin) ? _messages.AnswerAsync(call, origin, origin.Path, model, cancellationToken)
        : call.Operation == ApiOperation.CountTokens ? new(GatewayOutcome.Failed(GatewayError.NotCounted(Name)))
        : _chat.AnswerAsync(call, model, cancellationToken);

    /// <inheritdoc/>
    public bool Passes(CallOrigin origin) => origin.Dialect == ApiDialect.Anthropic;

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => _models.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    // Other servers that speak the API take back what Anthropic refuses, and some need it: they sign no thinking themselves.
    private static bool IsClaude(string model) => model.Contains("claude", StringComparison.OrdinalIgnoreCase);

    private static ModelDescription? Describe(JsonElement model) => model.Text("id"u8) is { Length: > 0 } id
        ? new ModelDescription(id, model.Find("created_at"u8) is { ValueKind: JsonValueKind.String } at && at.TryGetDateTimeOffset(out var created) ? created : DateTimeOffset.UnixEpoch, "anthropic")
        {
            Description = model.Text("display_name"u8),
            ContextLength = model.Integer("max_input_tokens"u8),
        }
        : null;
}
