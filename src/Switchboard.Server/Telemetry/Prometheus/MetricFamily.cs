using System.Text;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>All series of one name, with what is told of them together.</summary>
internal abstract class MetricFamily
{
    private readonly byte[] _textHeader;
    private readonly byte[] _openMetricsHeader;

    /// <summary>Makes one.</summary>
    /// <param name="name">Its name, without <c>_total</c> or <c>_info</c>.</param>
    /// <param name="kind">What its numbers are.</param>
    /// <param name="unit">Their unit, with which the name ends; null for none.</param>
    /// <param name="help">A sentence for people.</param>
    protected MetricFamily(string name, MetricKind kind, string? unit, string help)
    {
        (Name, Kind) = (name, kind);
        var sample = SampleNameOf(name, kind);
        var textType = kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" };
        _textHeader = Encoding.UTF8.GetBytes($"# HELP {sample} {Escaped(help, false)}\n# TYPE {sample} {textType}\n");
        var openType = kind == MetricKind.Info ? "info" : textType;
        var openUnit = unit is null || kind == MetricKind.Info ? "" : $"# UNIT {name} {unit}\n";
        _openMetricsHeader = Encoding.UTF8.GetBytes($"# TYPE {name} {openType}\n{openUnit}# HELP {name} {Escaped(help, true)}\n");
    }

    /// <summary>Its name, without <c>_total</c> or <c>_info</c>.</summary>
    public string Name { get; }

    /// <summary>What its numbers are.</summary>
    public MetricKind Kind { get; }

    /// <summary>True where there is nothing to write.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>Writes it with all its series; nothing where it has none.</summary>
    public void Write(ExpositionWriter writer, ExpositionFormat format)
    {
        if (!IsEmpty)
        {
            writer.Write(format.IsOpenMetrics ? _openMetricsHeader : _textHeader);
            WriteSeries(writer, format);
        }
    }

    /// <summary>What the lines of a family begin with.</summary>
    protected static string SampleNameOf(string name, MetricKind kind) => name + kind switch { MetricKind.Counter => "_total", MetricKind.Info => "_info", _ => "" };

    /// <summary>Writes the series.</summary>
    protected abstract void WriteSeries(ExpositionWriter writer, ExpositionFormat format);

    private static string Escaped(string help, bool withQuotes)
    {
        var text = help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        return withQuotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
