using Microsoft.Extensions.Logging;

namespace Switchboard.Gateway.Configuration;

/// <summary>What is logged, and where, the <c>logging:</c> part.</summary>
public sealed record LoggingSettings
{
    /// <summary>The least level of a line (<c>level</c>, <c>LOG_LEVEL</c>). What the framework says of itself (<c>Microsoft</c>, <c>System</c>) has to be a warning at least, unless <see cref="Levels"/> says otherwise. Default information.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>The least level by category, or by how a category's name begins (<c>levels</c>); the longest that fits holds. Default none.</summary>
    public IReadOnlyDictionary<string, LogLevel> Levels { get; init => field = ValueMap<LogLevel>.Of(value); } = ValueMap<LogLevel>.Empty;

    /// <summary>How lines on the standard error output look (<c>format</c>, <c>LOG_FORMAT</c>). Default for people.</summary>
    public LogFormat Format { get; init; }

    /// <summary>Whether each request is a line when it has ended (<c>requests</c>). Default false: it costs a good part of what a request costs otherwise.</summary>
    public bool Requests { get; init; }

    /// <summary>The file of the log (<c>file</c>).</summary>
    public LogFileSettings File { get; init; } = new();
}

/// <summary>The file of the log: JSON lines in <c>switchboard.log</c>, put aside when it is large or a day has passed.</summary>
public sealed record LogFileSettings
{
    /// <summary>Its folder (<c>folder</c>); null for no file. A configuration that is loaded has <c>logs</c> beside its file by default, and none where <c>enabled</c> is false.</summary>
    public string? Folder { get; init; }

    /// <summary>How many megabytes it may have (<c>max_mb</c>), 1 to 10,240. Default 20.</summary>
    public int MaxMegabytes { get; init; } = 20;

    /// <summary>How many files that were put aside are kept (<c>max_files</c>), 0 to 10,000. Default 10.</summary>
    public int MaxFiles { get; init; } = 10;

    /// <summary>For how many days they are kept at most (<c>max_days</c>), 1 to 3,650. Default null: until there are too many.</summary>
    public int? MaxDays { get; init; }
}

/// <summary>How lines of the log look.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Console,

    /// <summary>One JSON object a line.</summary>
    Json,
}
