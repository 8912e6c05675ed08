using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Switchboard.Gateway.Providers;
using Switchboard.Server.Draining;

namespace Switchboard.Server.Configuration.Reloading;

/// <summary>
/// Takes changes of the configuration's files while the gateway runs. A valid one is put in force as a whole; one with
/// faults is refused, each fault logged with its line, and what is in force stays.
/// </summary>
internal sealed partial class ConfigurationWatch(
    InitialConfiguration initial,
    GatewayRuntime runtime,
    ProviderRegistry registry,
    IOptions<HostOptions> host,
    TimeProvider time,
    ILogger<ConfigurationWatch> logger) : BackgroundService
{
    // An editor writes in several steps; what it has half done is not looked at.
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private string? _file = initial.Loaded?.File;
    private int _isAsked;
    private Status _status = new(time.GetUtcNow(), null);

    /// <summary>When what is in force was taken, and since when the files say something that cannot be; null where they are never read again.</summary>
    public Status? State => initial.Loaded is null ? null : Volatile.Read(ref _status);

    /// <summary>Reads the files now, changed or not.</summary>
    public void Reload()
    {
        Volatile.Write(ref _isAsked, 1);
        Look();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (initial.Loaded is not { } loaded)
        {
            return;
        }

        using var trigger = new FileTrigger(Look, time);
        trigger.Watch(loaded.Files.Paths);
        Look();
        while (await _calls.Reader.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(s_settling, time, stoppingToken);
            _calls.Reader.TryRead(out _);
            if (Interlocked.Exchange(ref _isAsked, 0) == 0 && !loaded.Files.HaveChanged)
            {
                continue;
            }

            try
            {
                loaded = await ConfigurationLoader.LoadAsync(loaded.Sources, registry.Types, stoppingToken);
                trigger.Watch(loaded.Files.Paths);
                Take(loaded);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The boundary of work that nobody's request carries: a bug, of a provider say, must not end the watching.
                Log.Failed(logger, exception);
                Volatile.Write(ref _status, _status with { RefusedAt = time.GetUtcNow() });
            }
        }
    }

    private void Look() => _calls.Writer.TryWrite(true);

    private void Take(LoadedConfiguration loaded)
    {
        if (!loaded.IsValid)
        {
            Refuse(loaded.Faults);
            return;
        }

        if (loaded.File is null && _file is not null)
        {
            // It was hardly meant that every provider go with it.
            Refuse([new SettingFault(Path.GetFileName(_file), null, "The file is gone.")]);
            return;
        }

        _file = loaded.File;

        var before = runtime.Configuration;
        var kept = new List<string>();
        var next = ConfigurationChanges.KeepFixed(loaded.Configuration, before, kept);
        runtime.Take(next);
        host.Value.ShutdownTimeout = ShutdownTime.For(next.Server);
        Volatile.Write(ref _status, new Status(time.GetUtcNow(), null));
        Log.Taken(logger, ConfigurationChanges.Describe(before, next));
        foreach (var setting in kept)
        {
            Log.Kept(logger, setting);
        }
    }

    private void Refuse(IReadOnlyList<SettingFault> faults)
    {
        Volatile.Write(ref _status, _status with { RefusedAt = time.GetUtcNow() });
        foreach (var fault in faults)
        {
            Log.Refused(logger, fault);
        }
    }

    /// <summary>How current the configuration is.</summary>
    /// <param name="TakenAt">When what is in force was taken.</param>
    /// <param name="RefusedAt">When the files were found to have faults; null while what they say is in force.</param>
    public sealed record Status(DateTimeOffset TakenAt, DateTimeOffset? RefusedAt);

    private static partial class Log
    {
        [LoggerMessage(1140, LogLevel.Information, "The changed configuration is in force: {Changes}.")]
        public static partial void Taken(ILogger logger, string changes);

        [LoggerMessage(1141, LogLevel.Error, "The changed configuration is refused and the old one stays: {Fault}")]
        public static partial void Refused(ILogger logger, SettingFault fault);

        [LoggerMessage(1142, LogLevel.Warning, "{Setting} cannot change while the gateway runs; the old value stays until it is started again.")]
        public static partial void Kept(ILogger logger, string setting);

        [LoggerMessage(1143, LogLevel.Error, "The changed configuration could not be put in force and the old one stays.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
