using Switchboard.Gateway.Access;

namespace Switchboard.Tests.Gateway.Access;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("gpt-4o", "gpt-4o", true)]
    [InlineData("gpt-4o", "gpt-4o-mini", false)]
    [InlineData("gpt-4o", "GPT-4o", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "a/b", true)]
    [InlineData("gpt-4*", "gpt-4", true)]
    [InlineData("gpt-4*", "openai/gpt-4", false)]
    [InlineData("*-mini", "gpt-4o-mini", true)]
    [InlineData("*-mini", "gpt-4o-mini-x", false)]
    [InlineData("a*b*c", "abc", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "ac", false)]
    [InlineData("ab*bc", "abc", false)]
    [InlineData("*b*b*", "ab", false)]
    [InlineData("", "a", false)]
    public void A_star_stands_for_anything(string pattern, string name, bool isMeant) =>
        Assert.Equal(isMeant, NamePattern.Matches(pattern, name));
}
