namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>One measurement of many, with the trace it was made in.</summary>
/// <param name="TraceId">The trace.</param>
/// <param name="SpanId">The span of it.</param>
/// <param name="Value">What was measured.</param>
/// <param name="At">When.</param>
internal sealed record Exemplar(string TraceId, string SpanId, double Value, DateTimeOffset At);
