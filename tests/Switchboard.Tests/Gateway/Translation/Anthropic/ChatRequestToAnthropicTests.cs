using Switchboard.Gateway.Translation.Anthropic;
using Switchboard.Tests.Gateway.Translation.Goldens;

namespace Switchboard.Tests.Gateway.Translation.Anthropic;

public sealed class ChatRequestToAnthropicTests
{
    private const string File = "ChatRequestToAnthropic.json";

    public static TheoryData<string> Cases => RequestGoldens.Cases(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_written_as_Anthropic_takes_it(string name) =>
        RequestGoldens.Check(File, name, new AnthropicDialect(), "claude-sonnet-4-5");
}
