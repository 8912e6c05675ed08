namespace Switchboard.Gateway.Pipeline;

/// <summary>What an answer says of itself beside its usage, for spans.</summary>
/// <param name="Model">The model that answered, by its own word; read only where somebody wants to know it.</param>
/// <param name="Ends">Why its choices ended, together.</param>
internal readonly record struct AnswerNotes(string? Model, AnswerEnds Ends);

/// <summary>Why choices ended, in OpenAI's words.</summary>
[Flags]
internal enum AnswerEnds
{
    /// <summary>That was not told.</summary>
    None = 0,

    /// <summary>All was said.</summary>
    Stop = 1,

    /// <summary>The limit of tokens was reached.</summary>
    Length = 2,

    /// <summary>Tools are to be called.</summary>
    ToolCalls = 4,

    /// <summary>It was withheld.</summary>
    ContentFilter = 8,

    /// <summary>It failed.</summary>
    Error = 16,

    /// <summary>For a reason that has no name here.</summary>
    Other = 32,
}
