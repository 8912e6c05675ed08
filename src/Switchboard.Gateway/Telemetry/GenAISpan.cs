using System.Diagnostics;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Telemetry;

/// <summary>Puts what is known of a call or an attempt on its span, in the words of the conventions for generative AI.</summary>
internal static class GenAISpan
{
    // Callers choose the names of models: no span is large for that.
    private const int LongestText = 256;

    private static readonly (AnswerEnds End, string Word)[] s_ends =
    [
        (AnswerEnds.Stop, "stop"),
        (AnswerEnds.Length, "length"),
        (AnswerEnds.ToolCalls, "tool_calls"),
        (AnswerEnds.ContentFilter, "content_filter"),
        (AnswerEnds.Error, "error"),
        (AnswerEnds.Other, "other"),
    ];

    /// <summary>Tells what is asked for, and of whom.</summary>
    public static void TellRequest(Activity span, GatewayCall call, string model, string provider)
    {
        var operation = GenAITerms.OperationOf(call.Operation);
        span.SetTag("gen_ai.operation.name", operation);
        span.SetTag("gen_ai.provider.name", provider);
        if (model.Length > 0)
        {
            span.SetTag("gen_ai.request.model", Short(model));
        }

        if (call.Facts.Stream)
        {
            span.SetTag("gen_ai.request.stream", true);
        }
    }

    /// <summary>Tells what came of it.</summary>
    public static void TellAnswer(Activity span, GatewayCall call, TimeSpan? firstChunk, string? error)
    {
        if (call.Notes.Model is { } model)
        {
            span.SetTag("gen_ai.response.model", Short(model));
        }

        if (call.Notes.Ends is not AnswerEnds.None and var ends)
        {
            span.SetTag("gen_ai.response.finish_reasons", WordsOf(ends));
        }

        if (firstChunk is { } first && call.Facts.Stream)
        {
            span.SetTag("gen_ai.response.time_to_first_chunk", first.TotalSeconds);
        }

        if (call.Usage is { } usage)
        {
            TellUsage(span, usage);
        }

        if (error is not null)
        {
            span.SetTag("error.type", error);
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>What a caller or a provider wrote, fit for a span.</summary>
    public static string Short(string text)
    {
        var shown = KeyText.Hide(text);
        return shown.Length <= LongestText ? shown : shown[..LongestText];
    }

    private static void TellUsage(Activity span, TokenUsage usage)
    {
        span.SetTag("gen_ai.usage.input_tokens", usage.Prompt);
        span.SetTag("gen_ai.usage.output_tokens", usage.Completion);
        TellPart(span, "gen_ai.usage.cache_read.input_tokens", usage.Cached);
        TellPart(span, "gen_ai.usage.cache_creation.input_tokens", usage.CacheWritten);
        TellPart(span, "gen_ai.usage.reasoning.output_tokens", usage.Reasoning);
        TellPart(span, "gen_ai.usage.audio.input_tokens", usage.PromptAudio);
        TellPart(span, "gen_ai.usage.audio.output_tokens", usage.CompletionAudio);
        TellPart(span, "gen_ai.usage.image.input_tokens", usage.PromptImage);
        TellPart(span, "gen_ai.usage.image.output_tokens", usage.CompletionImage);
    }

    private static void TellPart(Activity span, string name, int tokens)
    {
        if (tokens > 0)
        {
            span.SetTag(name, tokens);
        }
    }

    private static string[] WordsOf(AnswerEnds ends) => [.. s_ends.Where(row => ends.HasFlag(row.End)).Select(row => row.Word)];
}
