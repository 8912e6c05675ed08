using System.Text;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Requests.Forms;

public sealed class MultipartScannerTests
{
    // Content that looks like boundaries: parts of one, one in the middle of a line, line ends in all forms.
    private static readonly string s_form = Form.Of(
        Form.Field("model", "m"),
        Form.File("file", "\r\n-\r\n--\r\n-b\rx\n\r\r\n a--b \r\n--c--\r\n\r\n-"),
        Form.Field("empty", ""),
        "Content-Disposition:form-data;name=plain\r\nX-More: \t1\r\n\r\n--").Replace("\r\n--b\r\nContent-Disposition:", "\r\n--b \t\r\nContent-Disposition:", StringComparison.Ordinal);

    [Fact]
    public void A_form_is_cut_the_same_wherever_reads_cut_it()
    {
        var bytes = Encoding.ASCII.GetBytes(s_form);
        var whole = Scan(bytes, bytes.Length);

        Assert.Equal(["PartHead", "Data", "PartEnd", "PartHead", "Data", "PartEnd", "PartHead", "PartEnd", "PartHead", "Data", "PartEnd", "End", "Epilogue"], whole.Select(token => token.Kind.ToString()));
        Assert.Equal(s_form, string.Concat(whole.Select(token => token.Text)));
        Assert.Equal(["m", "\r\n-\r\n--\r\n-b\rx\n\r\r\n a--b \r\n--c--\r\n\r\n-", "--"], whole.Where(token => token.Kind == FormToken.Data).Select(token => token.Text));
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(whole, Scan(bytes, cut));
        }

        for (var step = 1; step < 9; step++)
        {
            Assert.Equal(whole, ScanInSteps(bytes, step));
        }
    }

    [Theory]
    [InlineData("", "ends before")]
    [InlineData("--b", "ends before")]
    [InlineData("--b\r\nA: b\r\n", "ends before")]
    [InlineData("--b\r\nA: b\r\n\r\ncontent", "ends before")]
    [InlineData("--b\r\nA: b\r\n\r\ncontent\r\n--b", "ends before")]
    [InlineData("--c\r\n\r\n\r\n--c--", "does not begin")]
    [InlineData("hello", "does not begin")]
    [InlineData("preamble\r\n--b\r\n", "does not begin")]
    [InlineData("--bc\r\nA: b\r\n\r\n", "goes on")]
    [InlineData("--b\nA: b\n\n--b--", "goes on")]
    [InlineData("--b\r\nA: b\r\n\r\ncontent\r\n--bcd", "goes on")]
    [InlineData("--b\r\nA: b\r\n\r\ncontent\r\n--b \r", "ends before")]
    [InlineData("--b\r\nA: b\r\n\r\ncontent\n--b\r\n", "whole line end")]
    [InlineData("--b\r\nA: b\r\n\r\ncontent\r--b\r\n", "whole line end")]
    [InlineData("--b\r\nA: b\r\n\r\n--b--\r\n", "whole line end")]
    [InlineData("--b\r\nA: b\r\n\r\nc\r\n--b--\r\n--b\r\n", "after its last boundary")]
    public void What_is_no_form_or_could_be_read_in_two_ways_is_broken(string text, string fault)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var scanner = new MultipartScanner("b"u8);
            var tokens = Scan(scanner, bytes, cut);

            Assert.Equal(FormToken.Broken, tokens[^1].Kind);
            Assert.Contains(fault, scanner.Fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Headers_without_end_are_given_up()
    {
        var scanner = new MultipartScanner("b"u8);

        var token = scanner.Read(Encoding.ASCII.GetBytes("--b\r\nA: " + new string('x', 9000)), isLast: false, out _);

        Assert.Equal((FormToken.Broken, "the headers of a part are longer than 8 KB"), (token, scanner.Fault));
    }

    private static List<(FormToken Kind, string Text)> Scan(byte[] bytes, int cut) => Joined(Scan(new MultipartScanner("b"u8), bytes, cut));

    private static List<(FormToken Kind, string Text)> Scan(MultipartScanner scanner, byte[] bytes, int cut)
    {
        var tokens = new List<(FormToken, string)>();
        var at = 0;
        Take(scanner, bytes.AsSpan(0, cut), false, ref at, tokens);
        Take(scanner, bytes, true, ref at, tokens);
        return tokens;
    }

    private static List<(FormToken Kind, string Text)> ScanInSteps(byte[] bytes, int step)
    {
        var scanner = new MultipartScanner("b"u8);
        var tokens = new List<(FormToken, string)>();
        var at = 0;
        for (var end = 0; end <= bytes.Length + step; end += step)
        {
            Take(scanner, bytes.AsSpan(0, Math.Min(end, bytes.Length)), end >= bytes.Length, ref at, tokens);
        }

        return Joined(tokens);
    }

    private static void Take(MultipartScanner scanner, ReadOnlySpan<byte> bytes, bool isLast, ref int at, List<(FormToken, string)> tokens)
    {
        while (tokens is not [.., (FormToken.Broken, _)] && scanner.Read(bytes[at..], isLast, out var length) is not FormToken.NeedMore and var kind)
        {
            tokens.Add((kind, Encoding.ASCII.GetString(bytes.Slice(at, length))));
            at += length;
        }
    }

    // Data may come in more pieces when it was cut.
    private static List<(FormToken Kind, string Text)> Joined(List<(FormToken Kind, string Text)> tokens)
    {
        var joined = new List<(FormToken Kind, string Text)>();
        foreach (var (kind, text) in tokens)
        {
            if (kind is FormToken.Data or FormToken.Epilogue && joined is [.., var last] && last.Kind == kind)
            {
                joined[^1] = (kind, last.Text + text);
            }
            else
            {
                joined.Add((kind, text));
            }
        }

        return joined;
    }
}
