using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Logging;

/// <summary>What of the log goes by the configuration in force: levels, and the secrets that no line may hold.</summary>
internal sealed class LogState : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>, IDisposable
{
    private CancellationTokenSource _change = new();
    private LoggingSettings _settings;

    private readonly Func<LoggingSettings, LoggingSettings> _choose;

    /// <param name="initial">The first configuration.</param>
    /// <param name="choose">What of its settings holds here; null for all.</param>
    public LogState(GatewayConfiguration initial, Func<LoggingSettings, LoggingSettings>? choose = null)
    {
        _choose = choose ?? (settings => settings);
        _settings = _choose(initial.Logging);
        Redactor.Take(initial);
    }

    /// <summary>Takes secrets out of what is written.</summary>
    public Redactor Redactor { get; } = new();

    /// <summary>What is in force.</summary>
    public LoggingSettings Settings => Volatile.Read(ref _settings);

    /// <summary>True where lines are written by <see cref="SwitchboardLoggerProvider"/>, which wants to know whose request they belong to.</summary>
    public bool IsWritten { get; set; }

    /// <inheritdoc/>
    public string Name => Options.DefaultName;

    /// <summary>Goes by another configuration from now on.</summary>
    public void Take(GatewaySnapshot snapshot)
    {
        Redactor.Take(snapshot);
        var settings = _choose(snapshot.Configuration.Logging);
        if (Interlocked.Exchange(ref _settings, settings) != settings)
        {
            using var before = Interlocked.Exchange(ref _change, new CancellationTokenSource());
            before.Cancel();
        }
    }

    /// <inheritdoc/>
    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _change).Token);

    /// <inheritdoc/>
    public void Configure(LoggerFilterOptions options)
    {
        var settings = Settings;
        options.MinLevel = settings.Level;
        var framework = (LogLevel)Math.Max((int)settings.Level, (int)LogLevel.Warning);
        Add(options, "Microsoft", framework);
        Add(options, "System", framework);

        // Where this category is on, each request gets an activity and a log scope; nobody reads them here.
        Add(options, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // A failed start is told in one line by the command.
        Add(options, "Microsoft.Extensions.Hosting", LogLevel.None);
        foreach (var (category, level) in settings.Levels)
        {
            Add(options, category, level);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _change.Dispose();

    private static void Add(LoggerFilterOptions options, string category, LogLevel level) => options.Rules.Add(new LoggerFilterRule(null, category, level, null));
}
