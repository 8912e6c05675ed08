namespace Switchboard.Gateway.State.Shared;

/// <summary>
/// Locks for things that all want done once, such as asking a provider for an answer that many wait for. They save work
/// and guard nothing: a store that is away lets everybody have theirs.
/// </summary>
public interface ISharedLocks
{
    /// <summary>Takes a lock; null where another has it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="life">When it is free again though nobody gave it back.</param>
    ValueTask<SharedLock?> TryTakeAsync(string name, TimeSpan life);
}
