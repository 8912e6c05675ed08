using Switchboard.Gateway.Translation.Mistral;
using Switchboard.Tests.Gateway.Translation.Goldens;

namespace Switchboard.Tests.Gateway.Translation.Mistral;

public sealed class ChatRequestToMistralTests
{
    private const string File = "ChatRequestToMistral.json";

    public static TheoryData<string> Cases => RequestGoldens.Cases(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_written_as_Mistral_takes_it(string name) =>
        RequestGoldens.Check(File, name, new MistralDialect(), "mistral-small-latest");
}
