using System.Diagnostics.Tracing;

namespace Switchboard.Server.Telemetry;

/// <summary>Hears what OpenTelemetry's SDK says of itself: that the collector does not answer, above all. A problem that lasts is told once in a while.</summary>
internal sealed class ExportProblems(Action<string> problem) : EventListener
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly Action<string>? _problem = problem;
    private long _toldAt;

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "OpenTelemetry-Exporter-OpenTelemetryProtocol")
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The base class calls before the constructor is through.
        if (_problem is null || eventData.Level is EventLevel.LogAlways or > EventLevel.Warning || !IsTime())
        {
            return;
        }

        // Only the first line: what follows are stacks.
        var text = string.Join(' ', eventData.Payload?.Select(part => part?.ToString()?.Split('\n')[0].Trim()) ?? []);
        _problem($"{eventData.EventName}: {text}");
    }

    private bool IsTime()
    {
        var now = Environment.TickCount64;
        var before = Interlocked.Read(ref _toldAt);
        return (before == 0 || now - before >= s_pause.TotalMilliseconds) && Interlocked.CompareExchange(ref _toldAt, now, before) == before;
    }
}
