using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Switchboard.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the interfaces of Microsoft.Extensions.AI over a <see cref="SwitchboardClient"/> that was added before or is added later.</summary>
/// <remarks>With a name they stand on the client of that name, and the name is their key.</remarks>
public static class SwitchboardAIServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IChatClient"/> over chat completions.</summary>
    /// <param name="services">The container.</param>
    /// <param name="model">The model of requests that name none.</param>
    /// <param name="name">The client's name; null for the client without one.</param>
    public static IServiceCollection AddSwitchboardChatClient(this IServiceCollection services, string model, string? name = null) =>
        Add(services, name, client => client.AsChatClient(model));

    /// <summary>Adds <see cref="IChatClient"/> over the Responses API.</summary>
    /// <inheritdoc cref="AddSwitchboardChatClient"/>
    public static IServiceCollection AddSwitchboardResponsesChatClient(this IServiceCollection services, string model, string? name = null) =>
        Add(services, name, client => client.AsResponsesChatClient(model));

    /// <summary>Adds <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>.</summary>
    /// <inheritdoc cref="AddSwitchboardChatClient"/>
    public static IServiceCollection AddSwitchboardEmbeddingGenerator(this IServiceCollection services, string model, string? name = null) =>
        Add(services, name, client => client.AsEmbeddingGenerator(model));

    /// <summary>Adds <see cref="ISpeechToTextClient"/>.</summary>
    /// <inheritdoc cref="AddSwitchboardChatClient"/>
    [Experimental("MEAI001")]
    public static IServiceCollection AddSwitchboardSpeechToTextClient(this IServiceCollection services, string model, string? name = null) =>
        Add(services, name, client => client.AsSpeechToTextClient(model));

    /// <summary>Adds <see cref="IImageGenerator"/>.</summary>
    /// <inheritdoc cref="AddSwitchboardChatClient"/>
    [Experimental("MEAI001")]
    public static IServiceCollection AddSwitchboardImageGenerator(this IServiceCollection services, string model, string? name = null) =>
        Add(services, name, client => client.AsImageGenerator(model));

    /// <summary>Adds <see cref="ITextToSpeechClient"/>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="model">The model of requests that name none.</param>
    /// <param name="voice">The voice of requests that name none.</param>
    /// <param name="name">The client's name; null for the client without one.</param>
    [Experimental("MEAI001")]
    public static IServiceCollection AddSwitchboardTextToSpeechClient(this IServiceCollection services, string model, string voice = "alloy", string? name = null) =>
        Add(services, name, client => client.AsTextToSpeechClient(model, voice));

    private static IServiceCollection Add<T>(IServiceCollection services, string? name, Func<SwitchboardClient, T> make)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(services);
        if (name is null)
        {
            services.TryAddSingleton(provider => make(provider.GetRequiredService<SwitchboardClient>()));
        }
        else
        {
            services.TryAddKeyedSingleton(name, (provider, _) => make(provider.GetRequiredKeyedService<SwitchboardClient>(name)));
        }

        return services;
    }
}
