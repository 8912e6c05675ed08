using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Batches;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.Files;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.State;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server;
using Switchboard.Server.Access;
using Switchboard.Server.Batches;
using Switchboard.Server.Configuration;
using Switchboard.Server.Configuration.Reloading;
using Switchboard.Server.Diagnosis;
using Switchboard.Server.Draining;
using Switchboard.Server.Endpoints;
using Switchboard.Server.Endpoints.Admin;
using Switchboard.Server.Endpoints.Anthropic;
using Switchboard.Server.Endpoints.Console;
using Switchboard.Server.Endpoints.Conversations;
using Switchboard.Server.Endpoints.Gemini;
using Switchboard.Server.Endpoints.OpenAI;
using Switchboard.Server.Endpoints.OpenAI.Usage;
using Switchboard.Server.Endpoints.OpenAI.Batches;
using Switchboard.Server.Endpoints.OpenAI.Files;
using Switchboard.Server.Endpoints.Operations;
using Switchboard.Server.Health;
using Switchboard.Server.Logging;
using Switchboard.Server.Storage;
using Switchboard.Server.Storage.Files;
using Switchboard.Server.Storage.Records;
using Switchboard.Server.Storage.Records.Access;
using Switchboard.Server.Storage.Records.Backup;
using Switchboard.Server.Storage.Records.Conversations;
using Switchboard.Server.Storage.Records.Batches;
using Switchboard.Server.Storage.Records.Files;
using Switchboard.Server.Storage.Records.Ledger;
using Switchboard.Server.Telemetry;
using Switchboard.Server.Telemetry.Prometheus;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers Switchboard in an application.</summary>
public static class SwitchboardServiceCollectionExtensions
{
    /// <summary>
    /// Adds the gateway with the configuration of this process: <c>switchboard.yaml</c> in the working directory,
    /// <c>.env</c> and the environment. Its files are watched: a valid change is taken while the application runs.
    /// </summary>
    /// <exception cref="ConfigurationFaultException">The configuration has faults; the message holds one a line.</exception>
    public static IServiceCollection AddSwitchboard(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSwitchboard(ConfigurationLoader.Load(ConfigurationSources.FromProcess(), RegistryOf(services).Types));
    }

    /// <summary>
    /// Adds the gateway with a configuration that was loaded. Its files are watched: a valid change is taken while the
    /// application runs.
    /// </summary>
    /// <exception cref="ConfigurationFaultException">The configuration has faults; the message holds one a line.</exception>
    public static IServiceCollection AddSwitchboard(this IServiceCollection services, LoadedConfiguration loaded)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        return services.AddSwitchboard(new InitialConfiguration(loaded.Configuration ?? throw new ConfigurationFaultException(loaded.Faults), loaded));
    }

    /// <summary>
    /// Adds the gateway with a configuration made in code. Map its endpoints with <c>MapSwitchboard()</c>. Addresses
    /// (<c>server.urls</c>) are the application's own business. Kinds of provider of your own: register a
    /// <see cref="ProviderRegistry"/> instance before.
    /// </summary>
    /// <exception cref="ConfigurationFaultException">The configuration has faults; the message holds one a line.</exception>
    public static IServiceCollection AddSwitchboard(this IServiceCollection services, GatewayConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddSwitchboard(new InitialConfiguration(configuration, null));
    }

    private static IServiceCollection AddSwitchboard(this IServiceCollection services, InitialConfiguration initial)
    {
        ArgumentNullException.ThrowIfNull(services);
        var configuration = initial.Configuration;
        var registry = RegistryOf(services);
        var faults = ConfigurationRules.Check(configuration, registry.Types);
        if (faults.Count > 0)
        {
            throw new ConfigurationFaultException([.. faults.Select(fault => new SettingFault(null, fault.Path, fault.Message))]);
        }

        services.AddLogging();
        services.AddRouting();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(initial);
        services.TryAddSingleton(registry);
        services.TryAddSingleton(provider => RecordsDatabase.Of(initial.Configuration.Storage, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton<IRecordsChanges>(provider => provider.GetRequiredService<SqlDatabase>().Changes);
        services.TryAddSingleton(provider => new RecordsBackup(provider.GetRequiredService<SqlDatabase>(), initial.Configuration.Storage, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new InstallationDoctor(initial, provider.GetRequiredService<SqlDatabase>(), provider.GetRequiredService<ISharedState>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IAccessRecords, AccessRecords>();
        services.TryAddSingleton(provider => new Gatekeeper(configuration.Access, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(_ => new KeptSecrets(configuration.Storage.EncryptionKey, configuration.Storage.FormerEncryptionKey));
        services.TryAddSingleton<AccessFeed>();
        if (configuration.Access.Tokens is { } tokens)
        {
            services.TryAddSingleton(provider => new TokenReader(tokens, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TokenReader>>()));
        }

        services.TryAddSingleton<ILedgerRecords, LedgerRecords>();
        services.TryAddSingleton<LedgerRetention>();
        services.TryAddSingleton(provider => new Ledger(
            provider.GetRequiredService<ILedgerRecords>(),
            configuration.Storage.Spill is { } folder ? new LedgerSpill(folder) : null,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Ledger>>()));
        services.TryAddSingleton<UsageEndpoint>();
        services.TryAddSingleton<IConversationRecords, ConversationRecords>();
        services.TryAddSingleton<IResponseStore, ResponseRecords>();
        services.TryAddSingleton<ConversationService>();
        services.TryAddSingleton<ChatEndpoint>();
        services.TryAddSingleton<ConversationsEndpoint>();
        services.TryAddSingleton<CacheEndpoint>();
        services.TryAddSingleton<OrganizationUsage>();
        services.TryAddSingleton<IFileContents>(_ => new FileFolder(configuration.Storage.Files));
        services.TryAddSingleton<IFileRecords, FileRecords>();
        services.TryAddSingleton<FileStore>();
        services.TryAddSingleton<IBatchRecords, BatchRecords>();
        services.TryAddSingleton<IBatchCalls, PipelineCalls>();
        services.TryAddSingleton(provider => new BatchServices(
            provider.GetRequiredService<IBatchRecords>(),
            provider.GetRequiredService<FileStore>(),
            provider.GetRequiredService<IFileContents>(),
            provider.GetRequiredService<IBatchCalls>(),
            configuration.Batches,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BatchWorker>>()));
        services.TryAddSingleton<BatchWorker>();
        services.TryAddSingleton(provider => SharedStates.Create(configuration, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton(provider => new BudgetBook(
            provider.GetRequiredService<ILedgerRecords>(),
            provider.GetRequiredService<ISharedState>().Counters,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BudgetBook>>()));
        services.TryAddSingleton<GatewayRuntime>();
        services.TryAddSingleton(provider => new GatewayOverview(provider.GetRequiredService<GatewayRuntime>(), provider.GetRequiredService<Gatekeeper>(), provider.GetRequiredService<ConfigurationWatch>()));
        services.TryAddSingleton<ConfigurationWatch>();
        services.TryAddSingleton<DrainState>();
        services.TryAddSingleton(_ => new LogState(configuration));
        services.TryAddSingleton<RequestLog>();
        services.TryAddSingleton<ErrorWriter>();
        services.TryAddSingleton<RequestCaller>();
        services.TryAddSingleton<ApiEndpoint>();
        services.TryAddSingleton<CallEndpoint>();
        services.TryAddSingleton<FormEndpoint>();
        services.TryAddSingleton<SocketEndpoint>();
        services.TryAddSingleton<RelayEndpoint>();
        services.TryAddSingleton<OwnCalls>();
        services.TryAddSingleton<FilesEndpoint>();
        services.TryAddSingleton<BatchesEndpoint>();
        services.TryAddSingleton<ModelsEndpoint>();
        services.TryAddSingleton<SurfaceCalls>();
        services.TryAddSingleton<MessagesEndpoint>();
        services.TryAddSingleton<AnthropicModelsEndpoint>();
        services.TryAddSingleton<GeminiEndpoint>();
        services.TryAddSingleton<GeminiModelsEndpoint>();
        services.TryAddSingleton<ScopesEndpoint<Team>>();
        services.TryAddSingleton<ScopesEndpoint<Project>>();
        services.TryAddSingleton<ScopesEndpoint<VirtualKey>>();
        services.TryAddSingleton<KeysEndpoint>();
        services.TryAddSingleton<LimitsEndpoint<Team>>();
        services.TryAddSingleton<LimitsEndpoint<Project>>();
        services.TryAddSingleton<LimitsEndpoint<VirtualKey>>();
        services.TryAddSingleton<BudgetsEndpoint>();
        services.TryAddSingleton<SecretsEndpoint>();
        services.TryAddSingleton<AuditEndpoint>();
        services.TryAddSingleton<StartupStages>();
        services.TryAddSingleton<DependencyChecks>();
        services.TryAddSingleton<HealthEndpoint>();
        services.TryAddSingleton<MetricPage>();
        services.TryAddSingleton<MetricsEndpoint>();
        services.TryAddSingleton<RootEndpoint>();
        services.TryAddSingleton<ConsoleEndpoint>();

        // The first to start and the last to stop: it tells what all others do.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TelemetryExport>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartupWatch>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SharedStates>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AccessFeed>(provider => provider.GetRequiredService<AccessFeed>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, KeyUseWriter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LedgerSweep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConversationSweep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DrainService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, BatchService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConfigurationWatch>(provider => provider.GetRequiredService<ConfigurationWatch>()));
        services.AddSingleton<IConfigureOptions<HostOptions>>(
            new ConfigureOptions<HostOptions>(host => host.ShutdownTimeout = ShutdownTime.For(configuration.Server)));
        return services;
    }

    private static ProviderRegistry RegistryOf(IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(ProviderRegistry))?.ImplementationInstance as ProviderRegistry
        ?? BuiltInProviders.Registry;
}
