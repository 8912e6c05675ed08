using System.Buffers.Binary;

namespace Switchboard.Gateway.State;

/// <summary>UUIDs of version 7 (RFC 9562, section 5.7) of what somebody chose for their parts.</summary>
internal static class TimedId
{
    private const int CountBits = 12;

    /// <summary>One of them.</summary>
    /// <param name="milliseconds">The time since 1970, 48 bits.</param>
    /// <param name="count">What tells those of one millisecond apart and in order, 12 bits.</param>
    /// <param name="rest">Anything, 62 bits.</param>
    public static Guid Of(long milliseconds, uint count, ulong rest)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds << 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (count & ((1 << CountBits) - 1))));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (1UL << 63) | (rest & (ulong.MaxValue >> 2)));
        return new Guid(bytes, bigEndian: true);
    }
}
