using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Configuration;

namespace Switchboard.Server.Logging;

/// <summary>Adds Switchboard's log to an application.</summary>
public static class SwitchboardLoggingBuilderExtensions
{
    /// <summary>
    /// Writes the log as the <c>logging:</c> part of a configuration says: lines for people or JSON on the standard
    /// error output, each with its request's id, and a file. Levels follow the configuration while it changes. No line
    /// holds a secret of the configuration.
    /// </summary>
    /// <param name="logging">The application's log.</param>
    /// <param name="loaded">The configuration, one without faults.</param>
    public static ILoggingBuilder AddSwitchboard(this ILoggingBuilder logging, LoadedConfiguration loaded) => Add(logging, loaded, hasFile: true, settings => settings);

    /// <summary>The same for a command that is soon over: warnings alone, and no file.</summary>
    /// <param name="logging">The application's log.</param>
    /// <param name="loaded">The configuration, one without faults.</param>
    public static ILoggingBuilder AddSwitchboardWarnings(this ILoggingBuilder logging, LoadedConfiguration loaded) => Add(
        logging,
        loaded,
        hasFile: false,
        settings => settings with { Level = (LogLevel)Math.Max((int)settings.Level, (int)LogLevel.Warning) });

    private static ILoggingBuilder Add(ILoggingBuilder logging, LoadedConfiguration loaded, bool hasFile, Func<LoggingSettings, LoggingSettings> choose)
    {
        ArgumentNullException.ThrowIfNull(logging);
        ArgumentNullException.ThrowIfNull(loaded);
        var configuration = loaded.Configuration ?? throw new ConfigurationFaultException(loaded.Faults);
        var services = logging.Services;
        var state = new LogState(configuration, choose);
        services.TryAddSingleton(TimeProvider.System);
        services.Replace(ServiceDescriptor.Singleton(state));
        services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(state);
        services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(state);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, RequestScopeFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, SwitchboardLoggerProvider>(provider => new SwitchboardLoggerProvider(state, provider.GetRequiredService<TimeProvider>(), hasFile)));
        return logging;
    }
}
