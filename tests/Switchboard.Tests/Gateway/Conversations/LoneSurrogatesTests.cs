using System.Text;
using Switchboard.Gateway.Conversations;

namespace Switchboard.Tests.Gateway.Conversations;

public sealed class LoneSurrogatesTests
{
    [Theory]
    [InlineData("a\\ud83d", "a\uFFFD")]
    [InlineData("\\uDE42b", "\uFFFDb")]
    [InlineData("\\ud83d\\ude42 \\u00e4 \\\\ud83d \\\"", "🙂 ä \\ud83d \"")]
    [InlineData("\\ud83d\\ud83d\\ude42", "\uFFFD🙂")]
    [InlineData("\\ud83d\\n", "\uFFFD\n")]
    [InlineData("", "")]
    public void Halves_are_replaced_and_nothing_else(string escaped, string text) => Assert.Equal(text, LoneSurrogates.Replace(Encoding.UTF8.GetBytes(escaped)));
}
