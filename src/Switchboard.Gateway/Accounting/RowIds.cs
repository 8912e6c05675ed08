using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Switchboard.Gateway.Accounting;

/// <summary>
/// Ids of rows: UUIDs of version 7 (RFC 9562, section 6.2, method 1), told apart by a count and what a process drew at
/// random once. To ask the system for random numbers would cost more than all else of a row.
/// </summary>
internal static class RowIds
{
    private const int ProcessBits = 42;
    private const int CountBits = 20;

    private static readonly ulong s_process = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8)) & ((1UL << ProcessBits) - 1);
    private static uint s_count;

    /// <summary>A new one.</summary>
    /// <param name="at">The time that it begins with.</param>
    public static Guid New(DateTimeOffset at)
    {
        var count = Interlocked.Increment(ref s_count);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.ToUnixTimeMilliseconds() << 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (count >> CountBits)));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (1UL << 63) | ((ulong)(count & ((1 << CountBits) - 1)) << ProcessBits) | s_process);
        return new Guid(bytes, bigEndian: true);
    }
}
