namespace Switchboard.Gateway.Translation.Markup.Reasoning;

/// <summary>What a text begins as.</summary>
internal enum ReasoningBeginning
{
    /// <summary>Plain text; reasoning begins with its marker.</summary>
    Marked,

    /// <summary>Reasoning, with its marker or without: the prompt ended with it.</summary>
    Forced,

    /// <summary>What the first marker makes it; it is held until that comes.</summary>
    Deferred,
}

/// <summary>How a model marks its reasoning.</summary>
internal sealed class ReasoningForm
{
    /// <summary>The markers that begin reasoning.</summary>
    public required byte[][] Starts { get; init; }

    /// <summary>The markers that end it.</summary>
    public required byte[][] Ends { get; init; }

    /// <summary>Markers of calls that end it too, and are text themselves.</summary>
    public byte[][] Exits { get; init; } = [];

    /// <summary>Markers in plain text that say nothing.</summary>
    public byte[][] Skipped { get; init; } = [];

    /// <summary>What may stand after the marker that begins reasoning, and is none of it.</summary>
    public byte[] Label { get; init; } = [];

    /// <summary>What a text begins as.</summary>
    public ReasoningBeginning Beginning { get; init; }

    /// <summary>True where a text reasons no second time.</summary>
    public bool IsOnce { get; init; }

    /// <summary>True where something may stand before the first word of reasoning that is none of it.</summary>
    public bool HasLead => Beginning == ReasoningBeginning.Forced || Label.Length > 0;

    /// <summary>What is looked for in plain text: first <see cref="Starts"/>.</summary>
    public MarkerSet OfText => field ??= new MarkerSet([.. Starts, .. Skipped]);

    /// <summary>What is looked for in reasoning: first <see cref="Ends"/>.</summary>
    public MarkerSet OfReasoning => field ??= new MarkerSet([.. Ends, .. Exits]);

    /// <summary>What decides a deferred beginning: first <see cref="Starts"/>, then <see cref="Ends"/>.</summary>
    public MarkerSet OfBeginning => field ??= new MarkerSet([.. Starts, .. Ends, .. Exits]);

    /// <summary>What may stand before the first word of reasoning.</summary>
    public MarkerSet Lead => field ??= new MarkerSet(Beginning == ReasoningBeginning.Forced ? Starts : [Label]);
}
