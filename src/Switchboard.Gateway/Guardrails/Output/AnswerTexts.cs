using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>Where the texts of answers lie that come as a whole.</summary>
internal static class AnswerTexts
{
    private static readonly TextMap s_chat = new TextMap()
        .With(
            TextRole.Content,
            "choices[index].message.content",
            "choices[index].message.content[].text",
            "choices[index].message.audio.transcript",
            "choices[index].text")
        .With(TextRole.Refusal, "choices[index].message.refusal")
        .With(
            TextRole.Arguments,
            "choices[index].message.tool_calls[].function.arguments",
            "choices[index].message.tool_calls[].custom.input",
            "choices[index].message.function_call.arguments")
        .With(
            TextRole.Reasoning,
            "choices[index].message.reasoning_content",
            "choices[index].message.reasoning",
            "choices[index].message.reasoning_details[].text",
            "choices[index].message.reasoning_details[].summary")
        .With(TextRole.Echo, "choices[index].logprobs");

    // One, or the items of one.
    private static readonly TextMap s_responses = ResponseEvents.AddItem(ResponseEvents.AddResponse(ResponseEvents.AddItem(new TextMap(), "data[]"), ""), "");

    private static readonly TextMap s_transcript = new TextMap().With(TextRole.Content, "text", "segments[].text", "words[].word").With(TextRole.Echo, "logprobs");

    private static readonly TextMap s_anthropic = new TextMap()
        .With(TextRole.Content, "content[].text")
        .With(TextRole.Arguments, "content[].input.**")
        .With(TextRole.Reasoning, "content[].thinking");

    private static readonly TextMap s_gemini = GeminiEvents.Add(new TextMap(), isPiece: false);

    /// <summary>Whether the answer of a call has texts.</summary>
    public static bool Has(GatewayCall call) => call.Socket is null && Of(call, ApiDialect.OpenAI) is not null;

    /// <summary>Where the texts lie; null where there are none.</summary>
    public static TextMap? Of(GatewayCall call, ApiDialect dialect) => (call.Operation, dialect) switch
    {
        (ApiOperation.ChatCompletions, ApiDialect.Anthropic) => s_anthropic,
        (ApiOperation.ChatCompletions, ApiDialect.Gemini) => s_gemini,
        (ApiOperation.ChatCompletions or ApiOperation.Completions, _) => s_chat,
        (ApiOperation.Responses, _) => s_responses,

        // What was kept of answers is kept as it came.
        (ApiOperation.Other, _) when call.Path.StartsWith("responses/", StringComparison.Ordinal) || call.Path.StartsWith("conversations/", StringComparison.Ordinal) => s_responses,
        (ApiOperation.Transcriptions or ApiOperation.Translations, _) => s_transcript,
        _ => null,
    };
}
