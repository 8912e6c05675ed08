using System.Text;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>Names of instruments and units as Prometheus writes them (OpenTelemetry's rules of compatibility with Prometheus).</summary>
internal static class MetricNames
{
    // promtool takes a gauge named so for a part of a histogram: what is counted stands in the plural.
    private static readonly Dictionary<string, string> s_plurals = new(StringComparer.Ordinal)
    {
        ["dotnet_thread_pool_thread_count"] = "dotnet_thread_pool_threads",
        ["dotnet_process_cpu_count"] = "dotnet_process_cpus",
        ["dotnet_assembly_count"] = "dotnet_assemblies",
        ["dotnet_timer_count"] = "dotnet_timers",
    };

    private static readonly string[] s_partsOfHistograms = ["_count", "_sum", "_bucket"];

    /// <summary>The name of a family, without <c>_total</c>, and its unit; no unit where it has none.</summary>
    public static (string Name, string? Unit) Of(string instrument, string? unit, MetricKind kind)
    {
        var name = Clean(instrument);
        if (name.EndsWith("_total", StringComparison.Ordinal))
        {
            name = name[..^"_total".Length];
        }

        if (kind is not MetricKind.Histogram and not MetricKind.Counter)
        {
            name = WithoutPart(name);
        }

        var word = WordOf(unit, kind);
        if (word is null || name == word || name.EndsWith("_" + word, StringComparison.Ordinal))
        {
            return (name, word);
        }

        return ($"{name}_{word}", word);
    }

    /// <summary>A name of the letters that names have, with no two underscores in a row.</summary>
    public static string Clean(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            var isTaken = char.IsAsciiLetterOrDigit(letter);
            if (isTaken || text.Length == 0 || text[^1] != '_')
            {
                text.Append(isTaken ? letter : '_');
            }
        }

        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
        {
            text.Insert(0, '_');
        }

        return text.ToString();
    }

    private static string WithoutPart(string name)
    {
        if (s_plurals.TryGetValue(name, out var plural))
        {
            return plural;
        }

        var part = Array.Find(s_partsOfHistograms, part => name.EndsWith(part, StringComparison.Ordinal) && name.Length > part.Length);
        return part is null ? name : name[..^part.Length];
    }

    private static string? WordOf(string? unit, MetricKind kind)
    {
        if (string.IsNullOrEmpty(unit) || unit[0] == '{')
        {
            return null;
        }

        if (unit == "1")
        {
            return kind == MetricKind.Gauge ? "ratio" : null;
        }

        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? PluralOf(unit) : $"{PluralOf(unit[..slash])}_per_{SingularOf(unit[(slash + 1)..])}";
    }

    private static string PluralOf(string unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "min" => "minutes",
        "h" => "hours",
        "d" => "days",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "%" => "percent",
        _ => Clean(unit),
    };

    private static string SingularOf(string unit) => unit switch
    {
        "s" => "second",
        "min" => "minute",
        "h" => "hour",
        "d" => "day",
        _ => Clean(unit),
    };
}
