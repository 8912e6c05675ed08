using Switchboard.Engine;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.Local.Answers;
using Switchboard.Gateway.Providers.Local.Models;
using Switchboard.Gateway.Providers.Local.Requests;

namespace Switchboard.Gateway.Providers.Local;

/// <summary>Chat completions with a local model.</summary>
internal sealed class LocalChat(EnginePool engines, TimeSpan commitAfter, TimeSpan heartbeat, TimeProvider time)
{
    /// <summary>Answers a call.</summary>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, LocalModel model, CancellationToken cancellationToken)
    {
        if (ChatRequestReader.Read(call.EditedBody.Span, out var error) is not { } request)
        {
            return GatewayOutcome.Failed(error!);
        }

        using var lease = await engines.RentAsync(model, cancellationToken);
        var engine = lease.Engine;
        if (request.Sampling.CheckWhole(engine.Model.VocabularySize) is { } fault)
        {
            return GatewayOutcome.Failed(fault);
        }

        var prompt = engine.Model.TokenizeChat(request.Turns, addGenerationPrompt: true);
        var generation = engine.Start(
            request.Sampling.ToRequest(prompt, request.Sampling.MaxTokens ?? int.MaxValue, engine.Model) with
            {
                LogProbs = request.LogProbs,
                TopLogProbs = request.TopLogProbs,
            },
            cancellationToken);
        var stamp = AnswerStamp.Create("chatcmpl", time.GetUtcNow(), model.Name, model.Fingerprint);
        return call.Facts.Stream
            ? await StreamAsync(call, stamp, generation, request.Sampling.Choices, cancellationToken)
            : await WholeAsync(call, stamp, generation, request.Sampling.Choices, cancellationToken);
    }

    /// <summary>Counts the tokens of a chat, as the model reads it.</summary>
    public async ValueTask<GatewayOutcome> CountAsync(GatewayCall call, LocalModel model, CancellationToken cancellationToken)
    {
        if (ChatRequestReader.Read(call.EditedBody.Span, out var error) is not { } request)
        {
            return GatewayOutcome.Failed(error!);
        }

        using var lease = await engines.RentAsync(model, cancellationToken);
        var tokens = lease.Engine.Model.TokenizeChat(request.Turns, addGenerationPrompt: true).Count;
        return await WholeAnswer.SendAsync(
            call,
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("input_tokens"u8, tokens);
                json.WriteEndObject();
            },
            cancellationToken);
    }

    private async ValueTask<GatewayOutcome> StreamAsync(GatewayCall call, AnswerStamp stamp, Generation generation, int choices, CancellationToken cancellationToken)
    {
        var events = new ChatEventWriter(stamp, call.TellsUsage, choices);
        await using var answer = new StreamedAnswer(call, stamp.Model, events, commitAfter, heartbeat, time);
        return await answer.RunAsync(generation.ReadAllAsync(cancellationToken), generation.PromptTokens, cancellationToken);
    }

    private static async ValueTask<GatewayOutcome> WholeAsync(GatewayCall call, AnswerStamp stamp, Generation generation, int choices, CancellationToken cancellationToken)
    {
        var texts = await WholeAnswer.CollectAsync(generation.ReadAllAsync(cancellationToken), choices, cancellationToken);
        var usage = new TokenUsage(generation.PromptTokens, texts.Sum(text => text.Tokens));
        call.Usage = usage;
        call.Notes = new AnswerNotes(stamp.Model, texts.Aggregate(AnswerEnds.None, (ends, text) => ends | AnswerJson.EndsOf(text.Finish)));
        return await WholeAnswer.SendAsync(call, json => ChatAnswer.Write(json, stamp, texts, usage), cancellationToken);
    }
}
