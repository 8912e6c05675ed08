using System.Text;
using Switchboard.Engine;

namespace Switchboard.Tests.Engine;

/// <summary>What one choice came to.</summary>
internal sealed record Answer(string Text, int Tokens, FinishKind? Finish, List<TokenLogProb> LogProbs);

internal static class EngineExtensions
{
    public static async Task<Answer> AnswerAsync(this InferenceEngine engine, GenerationRequest request) =>
        (await engine.AnswersAsync(request)).Single();

    public static async Task<Answer[]> AnswersAsync(this InferenceEngine engine, GenerationRequest request)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return await engine.Start(request, cancellation).AnswersAsync(request.Choices);
    }

    public static async Task<Answer[]> AnswersAsync(this Generation generation, int choices = 1)
    {
        var texts = Enumerable.Range(0, choices).Select(_ => new List<byte>()).ToArray();
        var answers = Enumerable.Range(0, choices).Select(_ => new Answer(string.Empty, 0, null, [])).ToArray();
        await foreach (var update in generation.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            texts[update.Choice].AddRange(update.Text.Span);
            var answer = answers[update.Choice];
            answers[update.Choice] = answer with { Tokens = update.CompletionTokens, Finish = update.Finish, LogProbs = [.. answer.LogProbs, .. update.LogProbs ?? []] };
        }

        return [.. answers.Select((answer, i) => answer with { Text = Encoding.UTF8.GetString([.. texts[i]]) })];
    }

    public static GenerationRequest Greedy(this LanguageModel model, string prompt, int tokens) => new()
    {
        Prompt = model.Tokenize(prompt, parseSpecial: false, addBos: true),
        MaxTokens = tokens,
        IgnoreEndTokens = true,
        Sampling = new SamplingOptions { Temperature = 0 },
    };
}
