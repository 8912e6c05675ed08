using System.Text;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Tests.Gateway.Relay.Http;

public sealed class Http1HeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nbody", 19)]
    [InlineData("HTTP/1.1 200 OK\r\na: b\r\n\r\nbody\r\n\r\n", 25)]
    [InlineData("HTTP/1.1 200 OK\na: b\n\nbody\r\n\r\n", 22)]
    [InlineData("HTTP/1.1 200 OK\r\na: b\r\n", 0)]
    [InlineData("HTTP/1.1 200 OK\r\na: b\r\n\r", 0)]
    [InlineData("HTT", 0)]
    [InlineData("", 0)]
    public void Its_end_is_the_first_empty_line(string arrived, int length) => Assert.Equal(length, Http1Head.LengthOf(Encoding.ASCII.GetBytes(arrived)));

    [Theory]
    [InlineData("SSH-2.0-OpenSSH")]
    [InlineData("<html>")]
    [InlineData("HTTP/2 200")]
    public void What_does_not_begin_as_one_is_refused_at_once(string arrived) =>
        Assert.Throws<HttpIOException>(() => Http1Head.LengthOf(Encoding.ASCII.GetBytes(arrived)));

    [Fact]
    public void What_means_something_is_kept()
    {
        var head = Parse("200 OK", "Content-Type:application/json; charset=utf-8 ", "CONTENT-LENGTH: 12", "X-Request-Id: a", "x-request-id: b", "x-ratelimit-Limit-images: 5", "Server: nginx", "ETag: \"\u00e9\"", $"{new string('x', 80)}: long");

        Assert.Equal((200, "application/json; charset=utf-8", 12L, false, true), (head.Status, head.Headers.ContentType, head.Headers.ContentLength, head.IsChunked, head.KeepsAlive));
        Assert.Equal([new("x-request-id", "a"), new("x-ratelimit-limit-images", "5")], head.Headers.Kept);
    }

    [Theory]
    [InlineData("HTTP/1.1", "", true)]
    [InlineData("HTTP/1.1", "close", false)]
    [InlineData("HTTP/1.1", "upgrade, Close", false)]
    [InlineData("HTTP/1.0", "", false)]
    [InlineData("HTTP/1.0", "Keep-Alive", true)]
    [InlineData("HTTP/1.0", "keep-alive, close", false)]
    public void The_connection_is_kept_as_the_server_says(string version, string connection, bool kept) =>
        Assert.Equal(kept, Http1Head.Parse(Encoding.ASCII.GetBytes($"{version} 200\r\n{(connection.Length > 0 ? $"Connection: {connection}\r\n" : "")}\r\n")).KeepsAlive);

    [Fact]
    public void Lines_may_end_in_a_line_feed_alone()
    {
        var head = Http1Head.Parse("HTTP/1.1 404 Not Found\ntransfer-encoding: Chunked\n\n"u8);

        Assert.Equal((404, true), (head.Status, head.IsChunked));
    }

    [Theory]
    [InlineData("20 OK")]
    [InlineData("2000 OK")]
    [InlineData("+20 OK")]
    [InlineData("099 OK")]
    [InlineData("abc OK")]
    [InlineData("101 Switching Protocols")]
    [InlineData("200 OK", "no colon")]
    [InlineData("200 OK", ": no name")]
    [InlineData("200 OK", "a name: with a space")]
    [InlineData("200 OK", "a: folded", " line")]
    [InlineData("200 OK", "Content-Length: -1")]
    [InlineData("200 OK", "Content-Length: +1")]
    [InlineData("200 OK", "Content-Length: 1a")]
    [InlineData("200 OK", "Content-Length:")]
    [InlineData("200 OK", "Content-Length: 99999999999999999999")]
    [InlineData("200 OK", "Content-Length: 1", "Content-Length: 2")]
    [InlineData("200 OK", "Content-Length: 1", "Transfer-Encoding: chunked")]
    [InlineData("200 OK", "Transfer-Encoding: gzip, chunked")]
    [InlineData("200 OK", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked")]
    public void What_is_not_sound_is_refused(string status, params string[] headers) => Assert.Throws<HttpIOException>(() => Parse(status, headers));

    private static Http1Head Parse(string status, params string[] headers) =>
        Http1Head.Parse(Encoding.Latin1.GetBytes($"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"));
}
