using System.Buffers.Binary;
using System.IO.Compression;

namespace Switchboard.Tests.Gateway.Translation.Pictures;

/// <summary>Small PNG files, written and read without any code of the product.</summary>
internal static class Png
{
    /// <summary>A mask: pixels of one colour, of which some are transparent. Each row is filtered in another way.</summary>
    public static byte[] Mask(bool[][] isTransparent, byte colorType = 6, byte depth = 8, byte interlace = 0, int? height = null)
    {
        var channels = colorType switch { 4 => 2, 6 => 4, 2 => 3, _ => 1 };
        var pixels = new MemoryStream();
        var above = new byte[isTransparent[0].Length * channels];
        for (var y = 0; y < isTransparent.Length; y++)
        {
            var row = isTransparent[y].SelectMany((clear, x) => Enumerable.Range(0, channels).Select(channel => (byte)(channel < channels - 1 ? (40 * x) + (70 * y) + channel : clear ? 0 : 200 + x))).ToArray();
            pixels.WriteByte((byte)(y % 5));
            pixels.Write(row.Select((value, i) => (byte)(value - Guess(y % 5, i >= channels ? row[i - channels] : 0, above[i], i >= channels ? above[i - channels] : 0))).ToArray());
            above = row;
        }

        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(pixels.ToArray());
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, isTransparent[0].Length);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height ?? isTransparent.Length);
        (header[8], header[9], header[12]) = (depth, colorType, interlace);
        var data = packed.ToArray();
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. Chunk("IHDR", header), .. Chunk("tEXt", [1, 2]), .. Chunk("IDAT", data[..3]), .. Chunk("IDAT", data[3..]), .. Chunk("IEND", [])];
    }

    /// <summary>The rows of a file of 8 bits and three channels without filters, a letter a pixel: <c>#</c> for black, <c>.</c> for white, <c>?</c> for anything else.</summary>
    public static string[] Read(byte[] png)
    {
        var width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        var height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        Assert.Equal([8, 2, 0, 0, 0], png[24..29]);
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress))
        {
            zlib.CopyTo(pixels);
        }

        Assert.Equal(height * (1 + (3 * width)), pixels.Length);
        return [.. pixels.ToArray().Chunk(1 + (3 * width)).Select(row => new string([.. row[1..].Chunk(3).Select(pixel => pixel is [0, 0, 0] ? '#' : pixel is [255, 255, 255] ? '.' : '?')]))];
    }

    private static int Guess(int filter, int left, int up, int corner) => filter switch
    {
        1 => left,
        2 => up,
        3 => (left + up) >> 1,
        4 => new[] { left, up, corner }.MinBy(value => Math.Abs(left + up - corner - value)),
        _ => 0,
    };

    private static byte[] Chunk(string type, byte[] data)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        return [.. length, .. System.Text.Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
    }
}
