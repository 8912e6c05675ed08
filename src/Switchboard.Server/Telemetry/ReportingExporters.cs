using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Switchboard.Server.Telemetry;

/// <summary>Sends spans, and says so where the collector does not take them.</summary>
internal sealed class ReportingTraceExporter(OtlpExporterOptions options, ExportProblems problems) : OtlpTraceExporter(options)
{
    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Activity> activityBatch) => problems.Note("Traces", base.Export(activityBatch));
}

/// <summary>Sends metrics, and says so where the collector does not take them.</summary>
internal sealed class ReportingMetricExporter(OtlpExporterOptions options, ExportProblems problems) : OtlpMetricExporter(options)
{
    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Metric> metrics) => problems.Note("Metrics", base.Export(metrics));
}

/// <summary>Tells of what is not taken, once in a while.</summary>
/// <param name="tell">Is told which kind it was.</param>
internal sealed class ExportProblems(Action<string> tell)
{
    private const long Pause = 60_000;

    private long _toldAt = -Pause;

    /// <summary>Notes how a sending ended, and gives that back.</summary>
    public ExportResult Note(string what, ExportResult result)
    {
        if (result == ExportResult.Failure && IsTime())
        {
            tell(what);
        }

        return result;
    }

    private bool IsTime()
    {
        var now = Environment.TickCount64;
        var before = Interlocked.Read(ref _toldAt);
        return now - before >= Pause && Interlocked.CompareExchange(ref _toldAt, now, before) == before;
    }
}
