using System.Collections.Immutable;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers.Anthropic;
using Switchboard.Gateway.Providers.Azure;
using Switchboard.Gateway.Providers.Bedrock;
using Switchboard.Gateway.Providers.Cohere;
using Switchboard.Gateway.Providers.Gemini;
using Switchboard.Gateway.Providers.Mistral;
using Switchboard.Gateway.Providers.Ollama;
using Switchboard.Gateway.Providers.OpenAICompatible;

namespace Switchboard.Gateway.Providers;

/// <summary>
/// The kinds of provider (<c>type</c> in the settings) and how each is made. Kinds are plugged in here, so that no
/// provider knows another. Immutable: <see cref="With"/> gives a new one.
/// </summary>
public sealed class ProviderRegistry
{
    private readonly ImmutableDictionary<string, ProviderFactory> _factories;

    private ProviderRegistry(ImmutableDictionary<string, ProviderFactory> factories) => _factories = factories;

    /// <summary>The kinds that need nothing else: all but <c>local</c>. A server of OpenAI's API that is known by name is a row of data; what has a dialect of its own stands here.</summary>
    public static ProviderRegistry Default { get; } = Presets.All
        .Aggregate(
            new ProviderRegistry(ImmutableDictionary.Create<string, ProviderFactory>(StringComparer.Ordinal)),
            (registry, preset) => registry.With(preset.Type, OpenAICompatibleProvider.Create))
        .With("anthropic", AnthropicProvider.Create)
        .With("azure", AzureProvider.Create)
        .With("bedrock", BedrockProvider.Create)
        .With("cohere", CohereProvider.Create)
        .With("gemini", GeminiProvider.Create)
        .With("mistral", MistralProvider.Create)
        .With("ollama", OllamaProvider.Create)
        .With("vertex", VertexProvider.Create);

    /// <summary>The names of the kinds, in order.</summary>
    public IReadOnlyList<string> Types => [.. _factories.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The same kinds and one more; it replaces one of that name.</summary>
    public ProviderRegistry With(string type, ProviderFactory factory) => new(_factories.SetItem(type, factory));

    /// <summary>Makes a provider.</summary>
    /// <exception cref="ArgumentException">The settings name a kind that is not registered; the rules refuse that beforehand.</exception>
    public IProvider Create(string name, ProviderSettings settings, ProviderServices services)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return _factories.TryGetValue(settings.Type, out var factory)
            ? factory(name, settings, services)
            : throw new ArgumentException($"'{settings.Type}' is no registered kind of provider.", nameof(settings));
    }
}
