using System.Buffers.Binary;
using System.IO.Compression;
using Switchboard.Gateway.Translation.Framing;

namespace Switchboard.Gateway.Translation.Pictures;

/// <summary>
/// Masks. OpenAI's is a PNG whose transparent pixels say where a picture is edited; others take one in pure black and
/// white. The pixels are read for that, and nothing else.
/// </summary>
/// <remarks>Source: the specification of PNG (W3C), of which masks need 8 bits a channel, an alpha channel, no interlacing.</remarks>
internal static class AlphaMask
{
    private const int LongestSide = 8192;
    private const int MostPixels = 16 * 1024 * 1024;
    private const int HeaderBytes = 13;
    private const byte Rgb = 2;
    private const byte GrayAlpha = 4;
    private const byte RgbAlpha = 6;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>Writes the mask of a request as base64, in black and white. One that cannot be read is refused.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="name">The member.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="editsBlack">What is edited is black, and not white.</param>
    /// <param name="notes">What becomes of a mask that cannot be sent.</param>
    public static void Write(System.Text.Json.Utf8JsonWriter json, string name, InputPicture mask, bool editsBlack, RequestNotes notes)
    {
        if (ToBlackAndWhite(mask.ToBytes(), editsBlack) is { } picture)
        {
            json.WriteBase64String(name, picture);
        }
        else
        {
            notes.Refuse("mask", "it is no PNG with an alpha channel, 8 bits a channel, not interlaced");
        }
    }

    /// <summary>The mask in black and white; null for what is no such PNG.</summary>
    public static byte[]? ToBlackAndWhite(ReadOnlyMemory<byte> png, bool editsBlack)
    {
        if (!TryReadHeader(png.Span, out var width, out var height, out var channels))
        {
            return null;
        }

        try
        {
            return Convert(DataOf(png), width, height, channels, editsBlack);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> png, out int width, out int height, out int channels)
    {
        (width, height, channels) = (0, 0, 0);
        if (!png.StartsWith(Signature) || png.Length < Signature.Length + 8 + HeaderBytes || !png.Slice(Signature.Length + 4, 4).SequenceEqual("IHDR"u8))
        {
            return false;
        }

        var header = png.Slice(Signature.Length + 8, HeaderBytes);
        width = BinaryPrimitives.ReadInt32BigEndian(header);
        height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        channels = header[9] switch { GrayAlpha => 2, RgbAlpha => 4, _ => 0 };
        return header[8] == 8 && channels > 0 && header[12] == 0 && width is > 0 and <= LongestSide && height is > 0 and <= LongestSide && width * height <= MostPixels;
    }

    private static MemoryStream DataOf(ReadOnlyMemory<byte> png)
    {
        var data = new MemoryStream();
        for (var at = Signature.Length; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.Span[at..]);
            if (length < 0 || length > png.Length - at - 12)
            {
                break;
            }

            if (png.Span.Slice(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                data.Write(png.Span.Slice(at + 8, length));
            }

            at += 12 + length;
        }

        data.Position = 0;
        return data;
    }

    private static byte[] Convert(MemoryStream data, int width, int height, int channels, bool editsBlack)
    {
        var (row, above) = (new byte[1 + (width * channels)], new byte[1 + (width * channels)]);
        var written = new byte[1 + (width * 3)];
        var pixels = new MemoryStream();
        using (var source = new ZLibStream(data, CompressionMode.Decompress))
        using (var target = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                source.ReadExactly(row);
                Unfilter(row, above, channels);
                for (var x = 0; x < width; x++)
                {
                    var isEdited = row[1 + (x * channels) + channels - 1] == 0;
                    written.AsSpan(1 + (x * 3), 3).Fill(isEdited == editsBlack ? byte.MinValue : byte.MaxValue);
                }

                target.Write(written);
                (row, above) = (above, row);
            }
        }

        return ToPng(width, height, pixels);
    }

    // The first byte of a row says how its bytes differ from those beside and above them.
    private static void Unfilter(Span<byte> row, ReadOnlySpan<byte> above, int channels)
    {
        var filter = row[0];
        for (var i = 1; i < row.Length; i++)
        {
            int left = i > channels ? row[i - channels] : 0;
            int up = above[i];
            int corner = i > channels ? above[i - channels] : 0;
            row[i] += (byte)(filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => throw new InvalidDataException("There is no such filter."),
            });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (toLeft, toUp, toCorner) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static byte[] ToPng(int width, int height, MemoryStream pixels)
    {
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, Rgb);
        var png = new MemoryStream();
        png.Write(Signature);
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, pixels.GetBuffer().AsSpan(0, (int)pixels.Length));
        WriteChunk(png, "IEND"u8, default);
        return png.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        var from = (int)png.Length;
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(png.GetBuffer().AsSpan(from, (int)png.Length - from)));
        png.Write(number);
    }
}
