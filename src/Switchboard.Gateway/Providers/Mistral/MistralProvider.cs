using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation.Mistral;

namespace Switchboard.Gateway.Providers.Mistral;

/// <summary>Mistral: compatible in all but its chat, whose thinking is written in a way of its own.</summary>
internal sealed class MistralProvider : IProvider, IDisposable
{
    private readonly OpenAICompatibleProvider _compatible;
    private readonly TranslatedChat _chat;

    private MistralProvider(UpstreamConnection connection, ProviderServices services)
    {
        _compatible = new OpenAICompatibleProvider(connection, services.TimeProvider, services.LoggerFactory.CreateLogger<OpenAICompatibleProvider>());
        _chat = new TranslatedChat(connection, new MistralDialect(), services.TimeProvider, services.LoggerFactory.CreateLogger<MistralProvider>());
    }

    /// <inheritdoc/>
    public string Name => _compatible.Name;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services) =>
        new MistralProvider(new UpstreamConnection(name, settings.Address!, settings) { Heartbeat = services.Heartbeat }, services);

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation != ApiOperation.Responses && _compatible.Offers(operation);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) =>
        call.Operation == ApiOperation.ChatCompletions
            ? _chat.AnswerAsync(call, model, cancellationToken)
            : _compatible.AnswerAsync(call, model, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => _compatible.ListModelsAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _compatible.Dispose();
}
