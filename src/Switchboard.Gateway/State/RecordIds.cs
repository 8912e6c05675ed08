namespace Switchboard.Gateway.State;

/// <summary>Names of records: what they are, and a number that grows with time, so that the order of names is that of making.</summary>
public static class RecordIds
{
    /// <summary>A new one, such as <c>key_0198c0de…</c>.</summary>
    /// <param name="kind">What it is: <c>key</c>, <c>project</c> …</param>
    /// <param name="time">The clock.</param>
    public static string New(string kind, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return $"{kind}_{Guid.CreateVersion7(time.GetUtcNow()):N}";
    }
}
