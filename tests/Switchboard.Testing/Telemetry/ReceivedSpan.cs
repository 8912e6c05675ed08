namespace Switchboard.Testing.Telemetry;

/// <summary>A span as a collector gets it.</summary>
/// <param name="TraceId">Its trace, in hexadecimal digits.</param>
/// <param name="SpanId">Its id.</param>
/// <param name="ParentId">The id of the span above it; empty for none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">1 internal, 2 server, 3 client.</param>
/// <param name="Scope">The source that made it.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Events">What happened in it, in order.</param>
/// <param name="Status">0 unset, 1 well, 2 in error.</param>
/// <param name="Resource">What is told of the process.</param>
public sealed record ReceivedSpan(
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    int Kind,
    string Scope,
    IReadOnlyDictionary<string, object?> Attributes,
    IReadOnlyList<ReceivedEvent> Events,
    int Status,
    IReadOnlyDictionary<string, object?> Resource)
{
    /// <summary>An attribute; null where there is none.</summary>
    public object? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}

/// <summary>An event of a span.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record ReceivedEvent(string Name, IReadOnlyDictionary<string, object?> Attributes);

/// <summary>A point of a metric as a collector gets it.</summary>
/// <param name="Name">The metric.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value; of a histogram the sum.</param>
/// <param name="Count">How many values a histogram has; 0 for anything else.</param>
/// <param name="Scope">The meter that made it.</param>
public sealed record ReceivedPoint(string Name, string Unit, IReadOnlyDictionary<string, object?> Labels, double Value, long Count, string Scope)
{
    /// <summary>A label; null where there is none.</summary>
    public object? this[string label] => Labels.GetValueOrDefault(label);
}
