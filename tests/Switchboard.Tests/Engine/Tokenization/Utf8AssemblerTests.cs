using System.Buffers;
using System.Text;
using Switchboard.Engine.Tokenization;

namespace Switchboard.Tests.Engine.Tokenization;

public sealed class Utf8AssemblerTests
{
    private const string Text = "aé中😀\u200d👩‍🚀z";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Text_is_whole_however_it_is_cut(int size)
    {
        var (assembler, output) = (new Utf8Assembler(), new ArrayBufferWriter<byte>());
        foreach (var part in Encoding.UTF8.GetBytes(Text).Chunk(size))
        {
            assembler.Append(part, output);

            // What came out so far is well-formed by itself.
            Assert.StartsWith(Encoding.UTF8.GetString(output.WrittenSpan), Text, StringComparison.Ordinal);
        }

        assembler.Complete(output);

        Assert.Equal(Text, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("61E4B8", "a\uFFFD")]
    [InlineData("FF61", "\uFFFDa")]
    [InlineData("E4B861", "\uFFFDa")]
    [InlineData("C0AF", "\uFFFD\uFFFD")]
    [InlineData("F09F98", "\uFFFD")]
    [InlineData("EDA080", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("E4E4B8AD", "\uFFFD中")]
    public void Broken_bytes_become_replacement_characters(string hex, string expected)
    {
        foreach (var size in (int[])[1, 2, 100])
        {
            var (assembler, output) = (new Utf8Assembler(), new ArrayBufferWriter<byte>());
            foreach (var part in Convert.FromHexString(hex).Chunk(size))
            {
                assembler.Append(part, output);
            }

            assembler.Complete(output);

            Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }
}
