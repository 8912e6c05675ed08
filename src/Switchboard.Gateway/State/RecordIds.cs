using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Switchboard.Gateway.State;

/// <summary>Names of records: what they are, and a number that grows with time, so that the order of names is that of making.</summary>
public static class RecordIds
{
    private const int CountBits = 12;

    // The last number by clock: two of one millisecond, and of a clock that was set back, stay in order.
    private static readonly ConditionalWeakTable<TimeProvider, StrongBox<long>> s_last = [];

    /// <summary>A new one, such as <c>key_0198c0de…</c>.</summary>
    /// <param name="kind">What it is: <c>key</c>, <c>project</c> …</param>
    /// <param name="time">The clock.</param>
    public static string New(string kind, TimeProvider time) => $"{kind}_{NewDigits(time)}";

    /// <summary>The number alone: 32 hexadecimal digits.</summary>
    internal static string NewDigits(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var last = s_last.GetValue(time, static _ => new StrongBox<long>());
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() << CountBits;
        long seen, number;
        do
        {
            seen = Volatile.Read(ref last.Value);
            number = Math.Max(now, seen + 1);
        }
        while (Interlocked.CompareExchange(ref last.Value, number, seen) != seen);

        return TimedId.Of(number >> CountBits, (uint)number, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8))).ToString("N");
    }
}
