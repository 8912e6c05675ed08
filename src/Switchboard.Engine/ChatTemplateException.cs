namespace Switchboard.Engine;

/// <summary>A chat template refused the conversation or cannot be run; the message may be shown to the caller.</summary>
public sealed class ChatTemplateException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The reason, in words for the caller.</param>
    public ChatTemplateException(string message)
        : base(message)
    {
    }
}
