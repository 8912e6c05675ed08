namespace Switchboard.Gateway.Access;

/// <summary>When a key was used last. Requests note it, and somebody else writes it down now and then.</summary>
internal sealed class KeyUse
{
    private long _usedAt;
    private long _writtenAt;

    /// <summary>The key is used now.</summary>
    public void Note(DateTimeOffset now)
    {
        // Once a second is enough: all requests of a key write to the same place.
        if (now.UtcTicks - Volatile.Read(ref _usedAt) >= TimeSpan.TicksPerSecond)
        {
            Volatile.Write(ref _usedAt, now.UtcTicks);
        }
    }

    /// <summary>The last use that is not written down yet; null for none.</summary>
    public DateTimeOffset? Unwritten => Volatile.Read(ref _usedAt) is var used && used > Volatile.Read(ref _writtenAt) ? new DateTimeOffset(used, TimeSpan.Zero) : null;

    /// <summary>It is written down.</summary>
    public void NoteWritten(DateTimeOffset used) => Volatile.Write(ref _writtenAt, used.UtcTicks);
}
