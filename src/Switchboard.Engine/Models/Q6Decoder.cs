namespace Switchboard.Engine.Models;

/// <summary>
/// Decodes a Q6_K block: 256 values as 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 signed scales (one for 16 values)
/// and a 16-bit scale of scales. A weight is its six bits less 32.
/// </summary>
internal static unsafe class Q6Decoder
{
    public const int BlockLength = 256;
    public const int BlockBytes = 128 + 64 + 16 + 2;

    private const int HalfLength = BlockLength / 2;

    public static void Decode(byte* block, float* values)
    {
        var scale = (float)BitConverter.UInt16BitsToHalf((ushort)(block[208] | (block[209] << 8)));
        for (var half = 0; half < 2; half++)
        {
            var low = block + (half * 64);
            var high = block + 128 + (half * 32);
            var scales = (sbyte*)block + 192 + (half * 8);
            for (var i = 0; i < HalfLength; i++)
            {
                // Each byte of a half's 64 low bytes serves values i and i + 64, each byte of its 32 high bytes four values.
                var nibble = (low[i % 64] >> (i / 64 * 4)) & 15;
                var upper = (high[i % 32] >> (i / 32 * 2)) & 3;
                values[(half * HalfLength) + i] = scale * scales[i / 16] * ((nibble | (upper << 4)) - 32);
            }
        }
    }
}
