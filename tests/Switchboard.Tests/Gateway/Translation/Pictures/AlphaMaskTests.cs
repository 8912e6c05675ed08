using Switchboard.Gateway.Translation.Pictures;

namespace Switchboard.Tests.Gateway.Translation.Pictures;

public sealed class AlphaMaskTests
{
    private static readonly bool[][] s_clear = [.. Enumerable.Range(0, 7).Select(y => Enumerable.Range(0, 9).Select(x => (x * y) % 3 == 1).ToArray())];

    [Theory]
    [InlineData(6, true)]
    [InlineData(6, false)]
    [InlineData(4, true)]
    public void What_is_transparent_is_what_is_edited(byte colorType, bool editsBlack)
    {
        var expected = s_clear.Select(row => new string([.. row.Select(clear => clear == editsBlack ? '#' : '.')]));

        Assert.Equal(expected, Png.Read(AlphaMask.ToBlackAndWhite(Png.Mask(s_clear, colorType), editsBlack)!));
    }

    [Fact]
    public void The_checksums_are_right()
    {
        var png = AlphaMask.ToBlackAndWhite(Png.Mask(s_clear), editsBlack: true)!;

        // Of an empty last chunk, as every PNG has it.
        Assert.Equal([0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82], png[^12..]);
    }

    [Fact]
    public void What_is_no_such_mask_is_none()
    {
        var good = Png.Mask(s_clear);
        byte[][] none =
        [
            [], [1, 2, 3], good[..30], good[..60], Png.Mask(s_clear, colorType: 2), Png.Mask(s_clear, colorType: 3), Png.Mask(s_clear, depth: 16), Png.Mask(s_clear, interlace: 1),
            Png.Mask(s_clear, height: 8), Png.Mask(s_clear, height: int.MaxValue), Png.Mask(s_clear, height: -1), Png.Mask(s_clear, height: 0),
        ];

        Assert.All(none, png => Assert.Null(AlphaMask.ToBlackAndWhite(png, editsBlack: true)));
    }

    [Fact]
    public void A_mask_that_is_damaged_anywhere_is_a_mask_or_none()
    {
        var good = Png.Mask(s_clear);
        for (var i = 0; i < good.Length; i++)
        {
            foreach (var value in (ReadOnlySpan<byte>)[0, 0x7F, 0xFF])
            {
                var bad = (byte[])good.Clone();
                bad[i] = value;

                // It is read without a fault, whatever comes of it.
                _ = AlphaMask.ToBlackAndWhite(bad, editsBlack: true);
            }
        }
    }
}
