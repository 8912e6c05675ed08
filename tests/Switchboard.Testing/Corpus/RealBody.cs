namespace Switchboard.Testing.Corpus;

/// <summary>One JSON body that went over a wire once, and what it is.</summary>
/// <param name="Source">The file below the shared folder, with the entry and the event in it: <c>recordings/…/X.json[2] event 5</c>.</param>
/// <param name="OperationId">The operation of the specification that it belongs to; the event's type for a webhook.</param>
/// <param name="Kind">What it is in its exchange.</param>
/// <param name="EventName">The event's name on the wire, else its type or object member; null for what is no event.</param>
/// <param name="Json">The JSON, its numbers to the letter.</param>
public sealed record RealBody(string Source, string OperationId, BodyKind Kind, string? EventName, ReadOnlyMemory<byte> Json)
{
    /// <summary>Who spoke.</summary>
    public BodySet Set { get; init; }

    /// <summary>The collection it is from: recordings, or the repository of a fixture.</summary>
    public string Group => Source.Split('/') is ["fixtures", var repository, ..] ? repository : "recordings";
}
