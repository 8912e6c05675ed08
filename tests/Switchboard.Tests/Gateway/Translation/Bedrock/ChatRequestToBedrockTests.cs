using Switchboard.Gateway.Translation.Bedrock;
using Switchboard.Tests.Gateway.Translation.Goldens;

namespace Switchboard.Tests.Gateway.Translation.Bedrock;

public sealed class ChatRequestToBedrockTests
{
    private const string File = "ChatRequestToBedrock.json";

    public static TheoryData<string> Cases => RequestGoldens.Cases(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_written_as_Bedrock_takes_it(string name) =>
        RequestGoldens.Check(File, name, new BedrockDialect(), "us.amazon.nova-2-lite-v1:0");
}
