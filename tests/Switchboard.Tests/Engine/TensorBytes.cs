using System.Runtime.InteropServices;

namespace Switchboard.Tests.Engine;

/// <summary>Writes floats in GGML's tensor types.</summary>
internal static class TensorBytes
{
    public static byte[] Of(uint type, float[] values) => type switch
    {
        GgufWriter.F32 => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
        GgufWriter.F16 => values.SelectMany(value => BitConverter.GetBytes((Half)value)).ToArray(),
        GgufWriter.Q8_0 => values.Chunk(32).SelectMany(Q8).ToArray(),
        GgufWriter.Q4_0 => values.Chunk(32).SelectMany(Q4).ToArray(),
        _ => throw new NotSupportedException(),
    };

    private static byte[] Q8(float[] block)
    {
        var scale = block.Max(Math.Abs) / 127;
        return [.. BitConverter.GetBytes((Half)scale), .. block.Select(value => (byte)(sbyte)Math.Round(scale == 0 ? 0 : value / scale))];
    }

    private static byte[] Q4(float[] block)
    {
        var scale = block.Max(Math.Abs) / 7;
        var nibbles = block.Select(value => (int)Math.Clamp(Math.Round(scale == 0 ? 0 : value / scale) + 8, 0, 15)).ToArray();
        return [.. BitConverter.GetBytes((Half)scale), .. Enumerable.Range(0, 16).Select(i => (byte)(nibbles[i] | (nibbles[i + 16] << 4)))];
    }
}
