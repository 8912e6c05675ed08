using Switchboard.Server.Configuration;

namespace Switchboard.Tests.Server.Configuration;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("2m", 120_000)]
    [InlineData("1.5 h", 5_400_000)]
    [InlineData("0", 0)]
    public void Reads_number_and_unit(string text, int milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var value));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("1e3s")]
    [InlineData("99999999999h")]
    public void Refuses_everything_else(string text) => Assert.False(Durations.TryParse(text, out _));
}
