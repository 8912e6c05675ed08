namespace Switchboard.Engine;

/// <summary>The engine's loop met an error of its own; the generation has no more text.</summary>
public sealed class EngineFaultException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The error below.</param>
    public EngineFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
