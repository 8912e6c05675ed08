using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>Binds the <c>logging:</c> part.</summary>
internal static class LoggingBinder
{
    /// <summary>The folder of the log's file beside a configuration that does not say so.</summary>
    private const string DefaultFolder = "logs";

    /// <summary>Binds it.</summary>
    /// <param name="node">What is written; null for nothing.</param>
    /// <param name="baseDirectory">What paths are relative to.</param>
    /// <param name="faults">Faults are added here.</param>
    public static LoggingSettings Bind(SettingNode? node, string baseDirectory, ICollection<SettingFault> faults)
    {
        var defaults = new LoggingSettings();
        var reader = node is null ? null : new SettingReader(node, LoggingCatalog.Settings, faults);
        return defaults with
        {
            Level = reader?.LogLevel("level", defaults.Level) ?? defaults.Level,
            Levels = reader?.LogLevelsByName("levels") ?? defaults.Levels,
            Format = reader?.Word("format", defaults.Format, ("console", LogFormat.Console), ("json", LogFormat.Json)) ?? defaults.Format,
            Requests = reader?.Boolean("requests", defaults.Requests) ?? defaults.Requests,
            File = BindFile(reader?.Group("file", LoggingCatalog.FileSettings), baseDirectory),
        };
    }

    private static LogFileSettings BindFile(SettingReader? reader, string baseDirectory)
    {
        var defaults = new LogFileSettings { Folder = Path.Combine(baseDirectory, DefaultFolder) };
        return reader is null ? defaults : new LogFileSettings
        {
            Folder = !reader.Boolean("enabled", true) ? null : reader.Text("folder") is { } folder ? Path.GetFullPath(folder, baseDirectory) : defaults.Folder,
            MaxMegabytes = reader.Integer("max_mb", defaults.MaxMegabytes),
            MaxFiles = reader.Integer("max_files", defaults.MaxFiles),
            MaxDays = reader.OptionalInteger("max_days"),
        };
    }
}
