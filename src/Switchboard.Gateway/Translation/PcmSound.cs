using System.Buffers.Binary;

namespace Switchboard.Gateway.Translation;

/// <summary>Sound as bare samples: 16 bits, one channel, 24,000 in a second, which is what models speak.</summary>
internal static class PcmSound
{
    /// <summary>The samples of a second.</summary>
    public const int Rate = 24_000;

    private const int HeaderBytes = 44;

    /// <summary>The samples as a WAV file.</summary>
    public static byte[] ToWav(ReadOnlySpan<byte> samples, int rate = Rate)
    {
        var file = new byte[HeaderBytes + samples.Length];
        var head = file.AsSpan();
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], HeaderBytes - 8 + samples.Length);
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], rate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], 16);
        "data"u8.CopyTo(head[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[40..], samples.Length);
        samples.CopyTo(head[HeaderBytes..]);
        return file;
    }
}
