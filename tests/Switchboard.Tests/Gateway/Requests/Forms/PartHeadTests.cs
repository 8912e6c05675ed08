using System.Text;
using Switchboard.Gateway.Requests.Forms;

namespace Switchboard.Tests.Gateway.Requests.Forms;

public sealed class PartHeadTests
{
    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"model\"", "model", false)]
    [InlineData("content-disposition:form-data;name=model", "model", false)]
    [InlineData("Content-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg", "file", true)]
    [InlineData("Content-Type: audio/mpeg\r\nContent-Disposition: form-data; filename=a.mp3; name=\"file\"", "file", true)]
    [InlineData("Content-Disposition: form-data; name=\"file\"; filename=\"a\\\"; name=\\\"model.mp3\"", "file", true)]
    [InlineData("Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''a", "file", true)]
    [InlineData("Content-Disposition: form-data; name=\"image[]\"; filename=\"ü;=.png\"", "image[]", true)]
    public void A_head_says_name_and_file(string headers, string name, bool isFile)
    {
        Assert.True(PartHead.TryRead(Token(headers), out var head, out var fault), fault);
        Assert.Equal((name, isFile), (head.Name, head.IsFile));
    }

    [Theory]
    [InlineData("Content-Type: text/plain")]
    [InlineData("Content-Disposition: attachment; name=\"model\"")]
    [InlineData("Content-Disposition: form-data")]
    [InlineData("Content-Disposition: form-data; name=\"\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"mo\\del\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"; name*=UTF-8''model")]
    [InlineData("Content-Disposition: form-data; name=\"a\" name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a")]
    [InlineData("Content-Disposition: form-data; name=a\"b")]
    [InlineData("Content-Disposition: form-data; name=\"a\"; filename=\"x\\\"")]
    [InlineData("Content-Disposition: form-data; name =\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"; x; name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"; Content-Disposition: form-data; name=\"model\"")]
    [InlineData("Content-Disposition: form-data;\r\n name=\"model\"")]
    [InlineData("Content-Disposition : form-data; name=\"a\"")]
    [InlineData("Content-Disposition: form-data; name=\"a\"\r\nno header")]
    [InlineData("Content-Disposition: form-data; name=\"a\nb\"")]
    public void A_head_that_could_be_read_in_two_ways_is_refused(string headers)
    {
        Assert.False(PartHead.TryRead(Token(headers), out _, out var fault));
        Assert.NotNull(fault);
    }

    private static byte[] Token(string headers) => Encoding.UTF8.GetBytes($"\r\n--b\r\n{headers}\r\n\r\n");
}
