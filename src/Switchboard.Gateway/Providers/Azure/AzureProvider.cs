using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Providers.Azure;

/// <summary>Azure OpenAI and Azure AI Foundry: the API of OpenAI at other paths, with another header for the key, or tokens of Entra.</summary>
internal static class AzureProvider
{
    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services)
    {
        var endpoint = settings.Endpoint ?? throw new ArgumentException("There is no endpoint; the rules refuse that beforehand.", nameof(settings));
        var paths = new AzurePaths(endpoint, settings.ApiVersion);
        var connection = new UpstreamConnection(name, paths.Root, settings, handler: null, settings.Auth == KeyKind.Bearer ? null : "api-key")
        {
            Heartbeat = services.Heartbeat,
            Signer = settings.ClientSecret is null ? null : new EntraTokens(name, settings, services.TimeProvider),
        };
        return new OpenAICompatibleProvider(connection, services.TimeProvider, services.LoggerFactory.CreateLogger<OpenAICompatibleProvider>())
        {
            PathOf = paths.Of,
            Models = new ModelLister(connection, services.TimeProvider) { Path = paths.Models, Describe = Describe },
        };
    }

    // A dated version says created_at where version 1 says created.
    private static ModelDescription? Describe(JsonElement model) => model.Text("id"u8) is { Length: > 0 } id
        ? new ModelDescription(id, DateTimeOffset.FromUnixTimeSeconds(model.Integer("created_at"u8) ?? model.Integer("created"u8) ?? 0), "azure")
        : null;
}
