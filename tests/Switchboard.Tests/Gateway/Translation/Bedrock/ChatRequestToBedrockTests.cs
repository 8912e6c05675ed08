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

    /// <summary>To try every number for every document took minutes.</summary>
    [Fact]
    public void Many_documents_of_one_name_all_get_one_of_their_own()
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);

        var given = Enumerable.Range(0, 100_000).Select(i => BedrockFormats.NewNameOf(i % 2 == 0 ? "a.pdf" : "a 7.pdf", names)).ToArray();

        Assert.Equal(["a", "a 7", "a 2", "a 7 2"], given[..4]);
        Assert.Equal(given.Length, given.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_long_name_is_cut_to_what_Bedrock_takes()
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);

        var given = Enumerable.Range(0, 3).Select(_ => BedrockFormats.NewNameOf(new string('a', 300) + ".pdf", names)).ToArray();

        Assert.All(given, name => Assert.True(name.Length <= 200));
        Assert.Equal(3, given.Distinct(StringComparer.Ordinal).Count());
    }
}
