namespace Switchboard.Gateway.State.Shared;

/// <summary>What became of a reservation.</summary>
public enum ReserveOutcome
{
    /// <summary>All was taken.</summary>
    Granted,

    /// <summary>Nothing was taken: a counter had too little left.</summary>
    Refused,

    /// <summary>Nothing was taken: the store knows nothing of a total. Tell it (<see cref="ISharedCounters.SeedAsync"/>) and ask again.</summary>
    Unseeded,

    /// <summary>Nothing was taken: the store is away, and the configuration wants such calls refused.</summary>
    Unavailable,
}
