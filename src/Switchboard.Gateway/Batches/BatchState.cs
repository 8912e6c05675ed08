namespace Switchboard.Gateway.Batches;

/// <summary>How far a batch is. That it is being cancelled is told apart (<see cref="Batch.CancellingAt"/>).</summary>
public enum BatchState
{
    /// <summary>Its lines are looked at.</summary>
    Validating,

    /// <summary>Its lines are answered.</summary>
    InProgress,

    /// <summary>Its files are made.</summary>
    Finalizing,

    /// <summary>All lines came to an end.</summary>
    Completed,

    /// <summary>Its lines are not sound, or its owner may not have it run any more.</summary>
    Failed,

    /// <summary>Its time ran out.</summary>
    Expired,

    /// <summary>Its owner ended it.</summary>
    Cancelled,
}
