using System.Text;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Tests.Gateway.Relay.Http;

public sealed class ChunkedBodyTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "", "")]
    [InlineData("5\r\nHello\r\n0\r\n\r\n", "Hello", "")]
    [InlineData("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "abc", "")]
    [InlineData("A\r\n0123456789\r\nb\r\nabcdefghijk\r\n000\r\n\r\n", "0123456789abcdefghijk", "")]
    [InlineData("5;name=value\r\nHello\r\n0;last\r\n\r\n", "Hello", "")]
    [InlineData("5  \r\nHello\r\n0\r\n\r\n", "Hello", "")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", "")]
    [InlineData("1\r\na\r\n0\r\nx-trailer: 1\r\ny: 2\r\n\r\n", "a", "")]
    [InlineData("1\r\na\r\n0\r\n\r\nHTTP/1.1 200", "a", "HTTP/1.1 200")]
    public void Data_comes_without_its_framing_wherever_the_reads_cut_it(string wire, string data, string behind)
    {
        for (var size = 1; size <= wire.Length; size++)
        {
            var body = new ChunkedBody();
            var read = new StringBuilder();
            var beyond = 0;
            foreach (var piece in Encoding.ASCII.GetBytes(wire).Chunk(size))
            {
                var count = body.Decode(piece, out var excess);
                read.Append(Encoding.ASCII.GetString(piece, 0, count));
                beyond += excess;
            }

            Assert.Equal((true, data, behind.Length), (body.IsEnded, read.ToString(), beyond));
        }
    }

    [Theory]
    [InlineData("5\r\nHello\r\n0\r\n")]
    [InlineData("5\r\nHello\r\n0\r\n\r")]
    [InlineData("5\r\nHel")]
    [InlineData("0\r\nx-trailer: 1\r\n")]
    [InlineData("")]
    public void A_body_without_its_last_chunk_is_not_at_its_end(string wire)
    {
        var body = new ChunkedBody();

        body.Decode(Encoding.ASCII.GetBytes(wire), out _);

        Assert.False(body.IsEnded);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("x\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("0x5\r\nHello\r\n")]
    [InlineData(" 5\r\nHello\r\n")]
    [InlineData("5\nHello\r\n")]
    [InlineData("5\rHello\r\n")]
    [InlineData("5;a\nHello\r\n")]
    [InlineData("5\r\nHello!\r\n")]
    [InlineData("5\r\nHello\n0\r\n\r\n")]
    [InlineData("0\r\n\rX")]
    [InlineData("fffffffffffffffff\r\n")]
    [InlineData("8000000000000000\r\n")]
    public void What_is_no_chunk_is_refused(string wire) => Assert.Throws<HttpIOException>(() =>
    {
        var body = new ChunkedBody();
        body.Decode(Encoding.ASCII.GetBytes(wire), out _);
    });
}
