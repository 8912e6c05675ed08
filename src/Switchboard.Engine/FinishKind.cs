namespace Switchboard.Engine;

/// <summary>Why an answer ended.</summary>
public enum FinishKind
{
    /// <summary>The model ended it, or a stop text or token came.</summary>
    Stop,

    /// <summary>It reached its limit, or the end of the context.</summary>
    Length,
}
