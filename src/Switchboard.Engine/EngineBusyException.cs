namespace Switchboard.Engine;

/// <summary>The waiting queue is full; try again later.</summary>
public sealed class EngineBusyException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="queued">How many requests wait already.</param>
    public EngineBusyException(int queued)
        : base($"The engine is busy: {queued} requests are waiting already.")
    {
        Queued = queued;
    }

    /// <summary>How many requests wait already.</summary>
    public int Queued { get; }
}
