using System.Text;
using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.Local.Answers;
using Switchboard.Gateway.Providers.Local.Models;
using Switchboard.Gateway.Providers.Local.Requests;

namespace Switchboard.Gateway.Providers.Local;

/// <summary>Text completions with a local model; several prompts are answered side by side.</summary>
internal sealed class LocalCompletions(EnginePool engines, TimeSpan commitAfter, TimeSpan heartbeat, TimeProvider time)
{
    // What OpenAI takes where a completion does not say how long it may be.
    private const int UsualMaxTokens = 16;

    /// <summary>Answers a call.</summary>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, LocalModel model, CancellationToken cancellationToken)
    {
        if (CompletionRequestReader.Read(call.EditedBody.Span, out var error) is not { } request)
        {
            return GatewayOutcome.Failed(error!);
        }

        using var lease = await engines.RentAsync(model, cancellationToken);
        var language = lease.Engine.Model;
        if (CheckWhole(request, language.VocabularySize) is { } fault)
        {
            return GatewayOutcome.Failed(fault);
        }

        var prompts = request.Prompts.Select(prompt => prompt.Tokens ?? language.Tokenize(prompt.Text!, parseSpecial: false, addBos: true)).ToArray();
        var echoes = request.Echo
            ? request.Prompts.Select(prompt => prompt.Text ?? Encoding.UTF8.GetString(language.Detokenize(prompt.Tokens!))).ToArray()
            : new string[prompts.Length];

        // When one of several prompts is refused, or the caller leaves, all end.
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var generations = prompts.Select(prompt => lease.Engine.Start(ToRequest(request, prompt, lease.Engine.Model), all.Token)).ToArray();
            var answering = new Answering(call, request, generations, echoes, AnswerStamp.Create("cmpl", time.GetUtcNow(), model.Name, model.Fingerprint));
            return call.Facts.Stream
                ? await StreamAsync(answering, cancellationToken)
                : await WholeAsync(answering, cancellationToken);
        }
        finally
        {
            await all.CancelAsync();
        }
    }

    private static GatewayError? CheckWhole(CompletionRequest request, int vocabularySize)
    {
        var foreign = request.Prompts.SelectMany(prompt => prompt.Tokens ?? []).Where(token => token >= vocabularySize).Cast<int?>().FirstOrDefault();
        return foreign is { } token
            ? GatewayError.InvalidRequest($"'prompt' holds the token {token}, but the model's tokens end at {vocabularySize - 1}.", "prompt", "invalid_value")
            : request.Sampling.CheckWhole(vocabularySize);
    }

    private static GenerationRequest ToRequest(CompletionRequest request, IReadOnlyList<int> prompt, LanguageModel model) =>
        request.Sampling.ToRequest(prompt, request.Sampling.MaxTokens ?? UsualMaxTokens, model) with
        {
            Choices = request.BestOf,
            LogProbs = request.LogProbs is not null || request.BestOf > request.Sampling.Choices,
            TopLogProbs = request.LogProbs ?? 0,
        };

    private async ValueTask<GatewayOutcome> StreamAsync(Answering answering, CancellationToken cancellationToken)
    {
        var (call, request, generations, echoes, stamp) = answering;
        var choices = request.Sampling.Choices;
        var perChoice = echoes.SelectMany(echo => Enumerable.Repeat(echo ?? "", choices)).ToArray();
        var events = new CompletionEventWriter(stamp, call.Facts.IncludeUsage, perChoice, request.LogProbs ?? -1);
        await using var answer = new StreamedAnswer(call, stamp.Model, events, commitAfter, heartbeat, time);
        return await answer.RunAsync(
            MergedGenerations.ReadAllAsync(generations, choices, cancellationToken),
            generations.Sum(generation => generation.PromptTokens),
            cancellationToken);
    }

    private static async ValueTask<GatewayOutcome> WholeAsync(Answering answering, CancellationToken cancellationToken)
    {
        var (call, request, generations, echoes, stamp) = answering;
        var choices = new List<CompletionChoice>();
        var tokens = 0;
        for (var i = 0; i < generations.Count; i++)
        {
            var texts = await WholeAnswer.CollectAsync(generations[i].ReadAllAsync(cancellationToken), request.BestOf, cancellationToken);
            tokens += texts.Sum(text => text.Tokens);
            IEnumerable<ChoiceText> best = request.BestOf > request.Sampling.Choices
                ? texts.OrderByDescending(text => text.MeanLogProb).Take(request.Sampling.Choices)
                : texts;
            choices.AddRange(best.Select(text => new CompletionChoice(echoes[i] ?? "", text)));
        }

        var usage = new TokenUsage(generations.Sum(generation => generation.PromptTokens), tokens);
        call.Usage = usage;
        call.Notes = new AnswerNotes(stamp.Model, choices.Aggregate(AnswerEnds.None, (ends, choice) => ends | AnswerJson.EndsOf(choice.Text.Finish)));
        return await WholeAnswer.SendAsync(call, json => CompletionAnswer.Write(json, stamp, choices, request.LogProbs ?? -1, usage), cancellationToken);
    }

    private sealed record Answering(GatewayCall Call, CompletionRequest Request, IReadOnlyList<Generation> Generations, IReadOnlyList<string?> Echoes, AnswerStamp Stamp);
}
