using System.Text.Json;
using Switchboard.Engine;

namespace Switchboard.Tests.Engine;

public sealed class LlamaCppTests
{
    public static TheoryData<int> Cases => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Greedy_text_of_200_tokens_is_that_of_llama_cpp(int index)
    {
        var model = SharedModels.Stories();
        var expected = JsonDocument.Parse(SharedModels.Expectation("stories260K.greedy.json")).RootElement.GetProperty("cases")[index];
        await using var engine = new InferenceEngine(model);

        var answer = await engine.AnswerAsync(model.Greedy(expected.GetProperty("prompt").GetString()!, 200));

        Assert.Equal(expected.GetProperty("text").GetString(), answer.Text);
        Assert.Equal(200, answer.Tokens);
        Assert.Equal(FinishKind.Length, answer.Finish);
    }
}
