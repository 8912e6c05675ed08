namespace Switchboard.Gateway.Pipeline;

/// <summary>Status and headers of an answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">The body's media type; null for an answer that has none.</param>
public sealed record AnswerHead(int Status, string? ContentType)
{
    /// <summary>The body's length in bytes where it is known beforehand.</summary>
    public long? ContentLength { get; init; }

    /// <summary>Further headers, already chosen for the caller (no hop-by-hop, no secret).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whose API the body speaks; another than OpenAI's only where the caller speaks it, too.</summary>
    public ApiDialect Dialect { get; init; }

    /// <summary>Who keeps the answer, as its caller sees it; null for nobody.</summary>
    internal IAnswerKeeper? Keeper { get; init; }

    /// <summary>The head of an event stream.</summary>
    public static AnswerHead EventStream { get; } = new(200, "text/event-stream; charset=utf-8");
}
