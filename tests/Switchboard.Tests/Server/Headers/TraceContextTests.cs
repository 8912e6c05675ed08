using Switchboard.Server.Endpoints.OpenAI;

namespace Switchboard.Tests.Server.Headers;

public sealed class TraceContextTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";

    [Theory]
    [InlineData(true, $"00-{Trace}-{Span}-01")]
    [InlineData(true, $"00-{Trace}-{Span}-ff")]
    [InlineData(true, $"01-{Trace}-{Span}-00")]
    [InlineData(true, $"cc-{Trace}-{Span}-01-what-the-future-will-be-like")]
    [InlineData(false, $"cc-{Trace}-{Span}-01.what")]
    [InlineData(false, $"00-{Trace}-{Span}-01-more")]
    [InlineData(false, $"ff-{Trace}-{Span}-01")]
    [InlineData(false, $"0-{Trace}-{Span}-01")]
    [InlineData(false, $"00-{Trace}-{Span}-1")]
    [InlineData(false, $"00-{Trace}-{Span}-zz")]
    [InlineData(false, $"00-00000000000000000000000000000000-{Span}-01")]
    [InlineData(false, $"00-{Trace}-0000000000000000-01")]
    [InlineData(false, $"00-0AF7651916CD43DD8448EB211C80319C-{Span}-01")]
    [InlineData(false, $"00_{Trace}-{Span}-01")]
    [InlineData(false, "")]
    public void Parents(bool isSound, string text) => Assert.Equal(isSound, TraceContext.IsParent(text));

    [Theory]
    [InlineData(true, "rojo=00f067aa0ba902b7")]
    [InlineData(true, "rojo=1 , congo=t61rcWkgMzE,, 1a-_*/@b=!~")]
    [InlineData(false, "rojo=1,rojo=2")]
    [InlineData(false, "Rojo=1")]
    [InlineData(false, "_rojo=1")]
    [InlineData(false, "=1")]
    [InlineData(false, "rojo=")]
    [InlineData(false, "rojo=a=b")]
    [InlineData(false, "rojo")]
    [InlineData(false, "rojo=\u00e9")]
    [InlineData(false, " , ")]
    [InlineData(false, "")]
    public void States(bool isSound, string text) => Assert.Equal(isSound, TraceContext.IsState(text));

    [Fact]
    public void A_state_has_at_most_32_members()
    {
        Assert.True(TraceContext.IsState(List(32)));
        Assert.False(TraceContext.IsState(List(33)));
        Assert.False(TraceContext.IsState($"a={new string('x', 256)},b={new string('x', 256)}"));
    }

    private static string List(int members) => string.Join(',', Enumerable.Range(0, members).Select(i => $"k{i}=v"));
}
