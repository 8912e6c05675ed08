using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Gateway.Access;

/// <summary>The SHA-256 of a key, to look it up by.</summary>
internal readonly record struct KeyHash(ulong A, ulong B, ulong C, ulong D)
{
    // Longer than any key there is; what is longer is none.
    private const int Longest = 512;

    /// <summary>The hash of a key; null where it cannot be one.</summary>
    public static KeyHash? Of(ReadOnlySpan<char> key)
    {
        if (key.Length is 0 or > Longest)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[Encoding.UTF8.GetMaxByteCount(key.Length)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], hash);
        return From(hash);
    }

    /// <summary>A hash as it is kept; null where it is none.</summary>
    public static KeyHash? Read(string? digits)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return digits is not null && Convert.FromHexString(digits, hash, out _, out var written) == OperationStatus.Done && written == hash.Length ? From(hash) : null;
    }

    /// <summary>By its first bits: they are as random as all of them.</summary>
    public override int GetHashCode() => (int)A;

    private static KeyHash From(ReadOnlySpan<byte> hash)
    {
        var parts = MemoryMarshal.Cast<byte, ulong>(hash);
        return new KeyHash(parts[0], parts[1], parts[2], parts[3]);
    }
}
