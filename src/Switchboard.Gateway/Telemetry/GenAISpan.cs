using System.Diagnostics;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Telemetry;

/// <summary>Puts what is known of a call or an attempt on its span, in the words of the conventions for generative AI.</summary>
internal static class GenAISpan
{
    /// <summary>The attribute that every span of a call or an attempt has.</summary>
    public const string Operation = "gen_ai.operation.name";

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

    // Of every set of ends that there can be.
    private static readonly string[][] s_words =
        [.. Enumerable.Range(0, 2 * (int)AnswerEnds.Other).Select(ends => s_ends.Where(row => (ends & (int)row.End) != 0).Select(row => row.Word).ToArray())];

    /// <summary>Tells what is asked for.</summary>
    /// <param name="span">The span.</param>
    /// <param name="call">The call.</param>
    /// <param name="model">The model as it was asked for.</param>
    /// <param name="label">The model's label: where that is its name, there is nothing in it to hide.</param>
    public static void TellRequest(Activity span, GatewayCall call, string model, string label)
    {
        span.AddTag(Operation, GenAITerms.OperationOf(call.Operation));
        if (model.Length > 0)
        {
            span.AddTag("gen_ai.request.model", label == model ? label : Short(model));
        }

        if (call.Facts.Stream)
        {
            span.AddTag("gen_ai.request.stream", true);
        }
    }

    /// <summary>Tells who answered, and what came of it.</summary>
    /// <param name="span">The span.</param>
    /// <param name="call">The call.</param>
    /// <param name="by">Who answered: the conventions' name of the provider, and the label of the model there.</param>
    /// <param name="firstChunk">When the answer began; null where it did not.</param>
    /// <param name="error">What the error is called; null for none.</param>
    public static void TellAnswer(Activity span, GatewayCall call, (string Provider, string Label) by, TimeSpan? firstChunk, string? error)
    {
        span.AddTag("gen_ai.provider.name", by.Provider);
        if (call.Notes.Model is { } model)
        {
            span.AddTag("gen_ai.response.model", model == by.Label ? model : Short(model));
        }

        if (call.Notes.Ends is not AnswerEnds.None and var ends)
        {
            span.AddTag("gen_ai.response.finish_reasons", s_words[(int)ends]);
        }

        if (firstChunk is { } first && call.Facts.Stream)
        {
            span.AddTag("gen_ai.response.time_to_first_chunk", first.TotalSeconds);
        }

        if (call.Usage is { } usage)
        {
            TellUsage(span, usage);
        }

        if (error is not null)
        {
            span.AddTag("error.type", error);
            span.SetStatus(span.Kind == ActivityKind.Server && IsCallers(error) ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        }
    }

    /// <summary>What a caller or a provider wrote, fit for a span.</summary>
    public static string Short(string text)
    {
        var shown = KeyText.Hide(text);
        return shown.Length <= LongestText ? shown : shown[..LongestText];
    }

    // By the conventions for HTTP no fault of the server's: 4xx, and who left.
    private static bool IsCallers(string error) => error is ['4', _, _] or GenAITerms.Cancelled;

    private static void TellUsage(Activity span, TokenUsage usage)
    {
        span.AddTag("gen_ai.usage.input_tokens", usage.Prompt);
        span.AddTag("gen_ai.usage.output_tokens", usage.Completion);
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
            span.AddTag(name, tokens);
        }
    }
}
