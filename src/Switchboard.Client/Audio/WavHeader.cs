using System.Buffers.Binary;

namespace Switchboard.Client.Audio;

/// <summary>Sets the sizes in the head of a WAV file right. A server that sends sound while it makes it cannot know them, and says 0xFFFFFFFF or 0.</summary>
internal static class WavHeader
{
    private const int LongestHead = 64 * 1024;
    private const int ChunkHead = 8;

    /// <summary>Changes only sizes that cannot be: none, or more than the file has.</summary>
    public static async Task FixAsync(Stream file, CancellationToken cancellationToken)
    {
        if (file.Length > uint.MaxValue)
        {
            return;
        }

        var head = new byte[Math.Min(LongestHead, file.Length)];
        file.Position = 0;
        await file.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        if (head.Length >= 12 && head.AsSpan().StartsWith("RIFF"u8) && head.AsSpan(8, 4).SequenceEqual("WAVE"u8))
        {
            await FixAsync(file, head, 4, cancellationToken).ConfigureAwait(false);
            if (FindData(head) is { } data)
            {
                await FixAsync(file, head, data, cancellationToken).ConfigureAwait(false);
            }
        }

        file.Position = file.Length;
    }

    private static async Task FixAsync(Stream file, byte[] head, int at, CancellationToken cancellationToken)
    {
        var left = file.Length - at - 4;
        var size = SizeAt(head, at);
        if (size == 0 || size > left)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(at), (uint)left);
            file.Position = at;
            await file.WriteAsync(head.AsMemory(at, 4), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Where the size of the chunk with the sound is.</summary>
    private static int? FindData(byte[] head)
    {
        for (long at = 12; at + ChunkHead <= head.Length; at += ChunkHead + SizeAt(head, (int)at + 4) + (SizeAt(head, (int)at + 4) & 1))
        {
            if (head.AsSpan((int)at).StartsWith("data"u8))
            {
                return (int)at + 4;
            }
        }

        return null;
    }

    private static uint SizeAt(byte[] head, int at) => BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(at));
}
