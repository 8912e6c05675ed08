namespace Switchboard.Gateway.State.Shared;

/// <summary>Counts against limits, exactly, however many calls ask at once.</summary>
public interface ISharedCounters
{
    /// <summary>
    /// Takes from several counters, all or none. It ends within the store's deadline and cannot be cancelled: what was
    /// taken is always known to somebody.
    /// </summary>
    /// <param name="takes">What to take; at most <see cref="CounterTake.Most"/>, each counter once. The memory must not change afterwards.</param>
    /// <returns>What became of it, to be settled or disposed when the call is over.</returns>
    ValueTask<Reservation> ReserveAsync(ReadOnlyMemory<CounterTake> takes);

    /// <summary>How counters stand now; nothing is taken.</summary>
    /// <param name="takes">The counters with their limits; amounts do not matter.</param>
    ValueTask<CounterState[]> PeekAsync(ReadOnlyMemory<CounterTake> takes);

    /// <summary>
    /// Tells the store what a total stands at least at: one that it knows nothing of (<see cref="ReserveOutcome.Unseeded"/>)
    /// begins with that, one that stands lower is raised. What was counted since is not lost.
    /// </summary>
    /// <param name="counter">A total.</param>
    /// <param name="value">What was spent, from the ledger.</param>
    ValueTask SeedAsync(Counter counter, long value);

    /// <summary>Forgets what was counted: a window and a number of calls begin anew, a total is asked for again.</summary>
    ValueTask ForgetAsync(Counter counter);
}
