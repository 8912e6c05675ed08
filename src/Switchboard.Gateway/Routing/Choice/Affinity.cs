using System.Buffers.Binary;

namespace Switchboard.Gateway.Routing.Choice;

/// <summary>
/// Which of some deployments a key belongs to (rendezvous hashing): the same one as long as it is among them, and when it
/// is not, the keys of it alone move, in the proportion of the weights. Every instance of the gateway finds the same.
/// </summary>
internal static class Affinity
{
    private const ulong Odd = 0x9E3779B97F4A7C15;

    /// <summary>The deployment of a key, as its place in the row.</summary>
    public static int Of(ulong key, ModelRoute row, ReadOnlySpan<byte> among)
    {
        var deployments = row.Deployments;
        var best = among[0];
        var least = double.PositiveInfinity;
        foreach (var place in among)
        {
            // From 0 to 1, without the 0. The logarithm is dear, and of equal weights the number itself has the same order.
            var chance = ((Mix(key ^ deployments[place].Seed) >> 11) + 1) * (1.0 / (1UL << 53));
            var distance = row.HasEqualWeights ? -chance : -Math.Log(chance) / deployments[place].Weight;
            if (distance < least)
            {
                (best, least) = (place, distance);
            }
        }

        return best;
    }

    /// <summary>A number for some bytes, the same everywhere.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length * Odd;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var rest in bytes)
        {
            hash = (hash ^ rest) * Odd;
        }

        return Mix(hash);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 32)) * Odd;
        value = (value ^ (value >> 29)) * Odd;
        return value ^ (value >> 32);
    }
}
