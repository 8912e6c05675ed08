using System.Security.Cryptography;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Accounting;

/// <summary>
/// Ids of rows: they begin with the time of the request, and are told apart by a count and what the process drew at random
/// once. To ask the system for random numbers would cost more than all else of a row.
/// </summary>
internal static class RowIds
{
    private const int ProcessBits = 42;

    private static readonly ulong s_process = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> (64 - ProcessBits);
    private static uint s_count;

    /// <summary>A new one.</summary>
    /// <param name="at">The time that it begins with.</param>
    public static Guid New(DateTimeOffset at)
    {
        var count = Interlocked.Increment(ref s_count);
        return TimedId.Of(at.ToUnixTimeMilliseconds(), count >> (62 - ProcessBits), ((ulong)count << ProcessBits) | s_process);
    }
}
