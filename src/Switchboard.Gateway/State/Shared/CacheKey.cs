namespace Switchboard.Gateway.State.Shared;

/// <summary>Names an entry of the cache.</summary>
/// <param name="Group">Whose it is, such as a tenant; a group is flushed as a whole.</param>
/// <param name="Name">Its name there, such as a hash of the request.</param>
public readonly record struct CacheKey(string Group, string Name);
