namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>A text in a JSON document.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Channel">Which place of the map it lies at.</param>
/// <param name="First">The number of its choice, item or block.</param>
/// <param name="Second">Its number in that.</param>
/// <param name="Start">Where it begins in the document: behind the quote, or with the value where it is no text.</param>
/// <param name="Length">How many bytes it has there, still escaped.</param>
internal readonly record struct FoundText(TextRole Role, int Channel, int First, int Second, int Start, int Length);

/// <summary>What lies at a place of a JSON document.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="IsPiece">It goes on in the next event of its stream.</param>
internal readonly record struct TextRole(TextKind Kind, bool IsPiece = false)
{
    /// <summary>It is a text; else whatever stands there counts.</summary>
    public bool IsText => Kind <= TextKind.Reasoning;

    public static TextRole Content => new(TextKind.Content);

    public static TextRole Refusal => new(TextKind.Refusal);

    public static TextRole Arguments => new(TextKind.Arguments);

    public static TextRole Reasoning => new(TextKind.Reasoning);

    public static TextRole ContentPiece => new(TextKind.Content, IsPiece: true);

    public static TextRole RefusalPiece => new(TextKind.Refusal, IsPiece: true);

    public static TextRole ArgumentsPiece => new(TextKind.Arguments, IsPiece: true);

    public static TextRole ReasoningPiece => new(TextKind.Reasoning, IsPiece: true);

    public static TextRole Echo => new(TextKind.Echo);

    public static TextRole End => new(TextKind.End);

    public static TextRole Fault => new(TextKind.Fault);
}

/// <summary>What a text is.</summary>
internal enum TextKind
{
    /// <summary>What somebody says.</summary>
    Content,

    /// <summary>What a model says instead of an answer.</summary>
    Refusal,

    /// <summary>What a tool is called with.</summary>
    Arguments,

    /// <summary>What a model thinks before it says something.</summary>
    Reasoning,

    /// <summary>No text, and tells one all the same: the tokens with their probabilities. Left out where the text is changed.</summary>
    Echo,

    /// <summary>Tells that the texts of its choice are at their end.</summary>
    End,

    /// <summary>Tells that the answer failed.</summary>
    Fault,
}
