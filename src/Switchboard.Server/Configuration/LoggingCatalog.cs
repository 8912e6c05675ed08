namespace Switchboard.Server.Configuration;

/// <summary>The settings of <c>logging:</c>, and the variables that stand for some of them.</summary>
internal static class LoggingCatalog
{
    /// <summary>The settings of <c>logging.file:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> FileSettings { get; } =
    [
        new("enabled", SettingKind.Boolean, "Whether there is a file.") { Default = "true" },
        new("folder", SettingKind.Text, "The folder of switchboard.log and of those before it; relative to this file.") { Default = "logs" },
        new("max_mb", SettingKind.Integer, "How many megabytes a file may have before the next is begun; each day begins one, too.") { Default = "20", Range = (1, 10_240) },
        new("max_files", SettingKind.Integer, "How many files before it are kept.") { Default = "10", Range = (0, 10_000) },
        new("max_days", SettingKind.Integer, "For how many days they are kept at most; by default until there are too many.") { Range = (1, 3650) },
    ];

    /// <summary>The settings of <c>logging:</c>.</summary>
    public static IReadOnlyList<SettingDefinition> Settings { get; } =
    [
        new("level", SettingKind.Text, "The least level of a line; what the framework says of itself has to be a warning at least.") { Default = "info", Allowed = LogLevels.Names },
        new("levels", SettingKind.Map, "The least level by category or by how its name begins, such as Microsoft.AspNetCore: debug; the longest that fits holds."),
        new("format", SettingKind.Text, "How lines on the standard error output look: console for people, or json.") { Default = "console", Allowed = ["console", "json"] },
        new("requests", SettingKind.Boolean, "Write a line for each request when it has ended, but for /live, /ready, /health and /metrics.") { Default = "false" },
        new("file", SettingKind.Group, "The file of the log, one JSON object a line.") { Members = FileSettings },
    ];

    /// <summary>The variables, which win over the file, and their settings.</summary>
    public static IReadOnlyList<(string Variable, string Setting)> Variables { get; } = [("LOG_LEVEL", "level"), ("LOG_FORMAT", "format")];
}
