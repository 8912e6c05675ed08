using System.Text.Json.Nodes;

namespace Switchboard.Tests.Gateway.Surfaces;

/// <summary>Whole chat completions as answers of Anthropic's and Google's APIs, hand-checked.</summary>
public sealed class AnswerTests
{
    private const string File = "ChatAnswers.json";

    public static TheoryData<string> Cases => [.. RequestGolden.Read(File).Select(entry => (string)entry["case"]!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_completion_is_this_answer(string name)
    {
        var golden = RequestGolden.Read(File).Single(entry => (string)entry["case"]! == name);
        foreach (var surface in (string[])["anthropic", "gemini"])
        {
            var (body, error) = await Surfaced.WholeAsync(surface, golden["chat"]!.ToJsonString());

            Assert.True(error is null, error?.Body.Message);
            Assert.True(JsonNode.DeepEquals(golden[surface], JsonNode.Parse(body)), $"{name}: {body}");
        }
    }
}
