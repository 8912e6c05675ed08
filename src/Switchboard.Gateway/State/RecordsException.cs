namespace Switchboard.Gateway.State;

/// <summary>What is kept for good could not be read or written. The message is for operators and holds no secret.</summary>
public class RecordsException : Exception
{
    /// <summary>A fault.</summary>
    /// <param name="message">What is wrong and what would mend it.</param>
    /// <param name="inner">What the driver said.</param>
    public RecordsException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
