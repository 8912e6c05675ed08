using Switchboard.Gateway.Translation.Gemini;
using Switchboard.Tests.Gateway.Translation.Goldens;

namespace Switchboard.Tests.Gateway.Translation.Gemini;

/// <summary>Chat requests as they are sent to Google. The shapes are those of real requests.</summary>
public sealed class ChatRequestToGeminiTests
{
    private const string Goldens = "ChatRequestToGemini.json";
    private const string GoldensOfVertex = "ChatRequestToVertex.json";

    public static TheoryData<string> Cases => RequestGoldens.Cases(Goldens);

    public static TheoryData<string> CasesOfVertex => RequestGoldens.Cases(GoldensOfVertex);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_translated(string name) => RequestGoldens.Check(Goldens, name, new GeminiDialect(isVertex: false), "gemini-2.5-flash");

    [Theory]
    [MemberData(nameof(CasesOfVertex))]
    public void A_request_to_Vertex_is_translated(string name) => RequestGoldens.Check(GoldensOfVertex, name, new GeminiDialect(isVertex: true), "gemini-2.5-flash");

    [Theory]
    [InlineData("gemini-2.5-flash", false, "models/gemini-2.5-flash:generateContent")]
    [InlineData("models/gemini-2.5-flash", true, "models/gemini-2.5-flash:streamGenerateContent?alt=sse")]
    [InlineData("tunedModels/mine", false, "tunedModels/mine:generateContent")]
    [InlineData("a b?c", false, "models/a%20b%3Fc:generateContent")]
    public void A_model_is_a_path(string model, bool isStream, string path) => Assert.Equal(path, new GeminiDialect(isVertex: false).PathOf(model, isStream));
}
