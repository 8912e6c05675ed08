using Switchboard.Gateway.Translation.Cohere;
using Switchboard.Tests.Gateway.Translation.Goldens;

namespace Switchboard.Tests.Gateway.Translation.Cohere;

public sealed class ChatRequestToCohereTests
{
    private const string File = "ChatRequestToCohere.json";

    public static TheoryData<string> Cases => RequestGoldens.Cases(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_written_as_Cohere_takes_it(string name) =>
        RequestGoldens.Check(File, name, new CohereDialect(), "command-a-03-2025");
}
