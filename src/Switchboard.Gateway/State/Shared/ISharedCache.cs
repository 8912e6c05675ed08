namespace Switchboard.Gateway.State.Shared;

/// <summary>Keeps bytes for a while. An entry may be gone at any time; a store that is away has none.</summary>
public interface ISharedCache
{
    /// <summary>The longest life of an entry.</summary>
    static TimeSpan LongestLife => TimeSpan.FromDays(30);

    /// <summary>The entry; null where there is none.</summary>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(CacheKey key);

    /// <summary>Keeps an entry. The bytes must not change afterwards.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">The bytes.</param>
    /// <param name="life">How long, up to <see cref="LongestLife"/>.</param>
    /// <returns>False where it was not kept: it is too large, or the store is away.</returns>
    ValueTask<bool> SetAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan life);

    /// <summary>Forgets an entry.</summary>
    ValueTask DeleteAsync(CacheKey key);

    /// <summary>Forgets all entries of a group, on every node that shares the store.</summary>
    /// <returns>False where the store is away and nothing was forgotten.</returns>
    ValueTask<bool> FlushAsync(string group);
}
