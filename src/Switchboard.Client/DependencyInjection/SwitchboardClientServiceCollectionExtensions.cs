using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Switchboard.Client;
using Switchboard.Client.DependencyInjection;
using Switchboard.Client.Transport;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="SwitchboardClient"/>: one without a name, and as many with names, which are also their keys (<c>[FromKeyedServices("eu")] SwitchboardClient</c>).</summary>
/// <remarks>
/// Clients are singletons. They send through <see cref="IHttpClientFactory"/>, so that handlers can be added to the builder that comes
/// back, and take <see cref="ILoggerFactory"/> and <see cref="TimeProvider"/> from the container. Options are read once; they are
/// checked when the host starts. The factory's own log of requests is off, for it tells paths and with them ids: the client logs itself.
/// </remarks>
public static class SwitchboardClientServiceCollectionExtensions
{
    private const string HttpName = "Switchboard.Client";

    /// <summary>Adds the client, made from the environment and from what <c>services.Configure&lt;SwitchboardClientOptions&gt;(…)</c> adds.</summary>
    /// <param name="services">The container.</param>
    /// <returns>The builder of the client's <see cref="HttpClient"/>: add handlers there.</returns>
    public static IHttpClientBuilder AddSwitchboardClient(this IServiceCollection services) => Add(services, Options.Options.DefaultName);

    /// <summary>Adds the client, its options set by code.</summary>
    /// <inheritdoc cref="AddSwitchboardClient(IServiceCollection)"/>
    public static IHttpClientBuilder AddSwitchboardClient(this IServiceCollection services, Action<SwitchboardClientOptions> configure) =>
        Add(services, Options.Options.DefaultName, configure);

    /// <summary>Adds the client, its options from a section such as <c>configuration.GetSection("OpenAI")</c>, whose names are those of <see cref="SwitchboardClientOptions"/>.</summary>
    /// <inheritdoc cref="AddSwitchboardClient(IServiceCollection)"/>
    public static IHttpClientBuilder AddSwitchboardClient(this IServiceCollection services, IConfiguration section) =>
        Add(services, Options.Options.DefaultName, BindTo(section));

    /// <summary>Adds a client with a name, made from the environment and from what <c>services.Configure&lt;SwitchboardClientOptions&gt;(name, …)</c> adds.</summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The name: the service's key, and the name of the options.</param>
    /// <returns>The builder of the client's <see cref="HttpClient"/>: add handlers there.</returns>
    public static IHttpClientBuilder AddSwitchboardClient(this IServiceCollection services, string name) => Add(services, Named(name));

    /// <summary>Adds a client with a name, its options set by code.</summary>
    /// <inheritdoc cref="AddSwitchboardClient(IServiceCollection, string)"/>
    public static IHttpClientBuilder AddSwitchboardClient(this IServiceCollection services, string name, Action<SwitchboardClientOptions> configure) =>
        Add(services, Named(name), configure);

    /// <summary>Adds a client with a name, its options from a section.</summary>
    /// <inheritdoc cref="AddSwitchboardClient(IServiceCollection, string)"/>
    public static IHttpClientBuilder AddSwitchboardClient(this IServiceCollection services, string name, IConfiguration section) =>
        Add(services, Named(name), BindTo(section));

    private static string Named(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return name;
    }

    private static Action<SwitchboardClientOptions> BindTo(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return options => OptionsBinder.Bind(section, options);
    }

    private static IHttpClientBuilder Add(IServiceCollection services, string name, Action<SwitchboardClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = Add(services, name);
        services.Configure(name, configure);
        return builder;
    }

    private static IHttpClientBuilder Add(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SwitchboardClientOptions>(name).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SwitchboardClientOptions>, OptionsValidator>());
        var httpName = name.Length == 0 ? HttpName : $"{HttpName}:{name}";
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => Make(provider, name, httpName));
        }
        else
        {
            services.TryAddKeyedSingleton(name, (provider, _) => Make(provider, name, httpName));
        }

        return services.AddHttpClient(httpName)
            .ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => HttpSender.OwnHandler(OptionsOf(provider, name)))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
    }

    private static SwitchboardClientOptions OptionsOf(IServiceProvider provider, string name) => provider.GetRequiredService<IOptionsMonitor<SwitchboardClientOptions>>().Get(name);

    private static SwitchboardClient Make(IServiceProvider provider, string name, string httpName)
    {
        var options = OptionsOf(provider, name) with { };
        options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        if (options.TimeProvider == TimeProvider.System)
        {
            options.TimeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System;
        }

        if (options.HttpHandler is null && options.HttpClientProvider is null)
        {
            var factory = provider.GetRequiredService<IHttpClientFactory>();
            options.HttpClientProvider = () => factory.CreateClient(httpName);
        }

        return new SwitchboardClient(options);
    }
}
