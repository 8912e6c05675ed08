using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace Switchboard.Server.Configuration;

/// <summary>Levels of the log, as people write them.</summary>
internal static class LogLevels
{
    private static readonly FrozenDictionary<string, LogLevel> s_levels = new Dictionary<string, LogLevel>
    {
        ["trace"] = LogLevel.Trace,
        ["verbose"] = LogLevel.Trace,
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Information,
        ["information"] = LogLevel.Information,
        ["notice"] = LogLevel.Information,
        ["warn"] = LogLevel.Warning,
        ["warning"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
        ["err"] = LogLevel.Error,
        ["critical"] = LogLevel.Critical,
        ["fatal"] = LogLevel.Critical,
        ["off"] = LogLevel.None,
        ["none"] = LogLevel.None,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names that are told; others that are usual are taken as well.</summary>
    public static IReadOnlyList<string> Names { get; } = ["trace", "debug", "info", "warn", "error", "critical", "off"];

    // As wide as one another, and as the framework's console has them.
    private static readonly string[] s_short = ["trce", "dbug", "info", "warn", "fail", "crit", "none"];

    /// <summary>What a name means.</summary>
    public static bool TryParse(string text, out LogLevel level) => s_levels.TryGetValue(text, out level);

    /// <summary>What a level is called.</summary>
    public static string NameOf(LogLevel level) => Names[(int)level];

    /// <summary>The same in four letters.</summary>
    public static string ShortNameOf(LogLevel level) => s_short[(int)level];
}
