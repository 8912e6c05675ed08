using System.Text;
using Switchboard.Gateway.Batches.Lines;

namespace Switchboard.Tests.Gateway.Batches;

public sealed class InputLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "1:a")]
    [InlineData("a\n", "1:a")]
    [InlineData("a\r\nb\n", "1:a 2:b")]
    [InlineData("\n\na\n \n\tb", "3:a 5:\tb")]
    [InlineData("\uFEFFa\nb", "1:a 2:b")]
    [InlineData("0123456789\nb", "1:0123456789 2:b")]
    [InlineData("01234567890\nb", "1:! 2:b")]
    [InlineData("a\n01234567890123456789012345678901234567890123456789", "1:a 2:!")]
    public async Task Lines_are_told_with_their_numbers(string text, string expected)
    {
        // However they come: byte by byte, or all at once.
        foreach (var step in new[] { 1, 3, 1000 })
        {
            await using var lines = new InputLines(new Trickle(Encoding.UTF8.GetBytes(text), step), longest: 10);
            var seen = new List<string>();
            while (await lines.ReadAsync(TestContext.Current.CancellationToken))
            {
                seen.Add($"{lines.Number}:{(lines.IsTooLong ? "!" : Encoding.UTF8.GetString(lines.Line.Span))}");
            }

            Assert.Equal(expected, string.Join(' ', seen));
        }
    }

    [Fact]
    public async Task A_line_longer_than_the_buffer_is_read_whole()
    {
        var text = new string('x', 300_000);
        await using var lines = new InputLines(new Trickle(Encoding.UTF8.GetBytes($"{text}\ny"), 10_000), longest: 1_000_000);

        Assert.True(await lines.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(text, Encoding.UTF8.GetString(lines.Line.Span));
        Assert.True(await lines.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal("y", Encoding.UTF8.GetString(lines.Line.Span));
        Assert.False(await lines.ReadAsync(TestContext.Current.CancellationToken));
    }

    private sealed class Trickle(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
