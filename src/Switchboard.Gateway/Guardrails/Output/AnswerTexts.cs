using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>Where the texts of answers lie that come as a whole.</summary>
internal static class AnswerTexts
{
    private static readonly TextMap s_chat = AddCompletion(new TextMap(), "");

    // One that a provider keeps, a page of them, or of the messages of one.
    private static readonly TextMap s_keptChat = AddMessage(AddCompletion(AddCompletion(new TextMap(), ""), "data[]."), "data[index]");

    // One, or the items of one.
    private static readonly TextMap s_responses = ResponseEvents.AddResponse(new TextMap().WithItem("data[index]"), "").WithItem("");

    private static readonly TextMap s_transcript = new TextMap().With(TextRole.Content, "text", "segments[].text", "words[].word").With(TextRole.Echo, "logprobs");

    private static readonly TextMap s_anthropic = new TextMap().WithBlock("content[]", BlockTexts.Deepest);

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

        // What a provider keeps of answers it keeps as it came.
        (ApiOperation.Other, _) when call.Path.StartsWith("responses/", StringComparison.Ordinal) || call.Path.StartsWith("conversations/", StringComparison.Ordinal) => s_responses,
        (ApiOperation.Other, _) when call.Path.StartsWith("chat/completions", StringComparison.Ordinal) => s_keptChat,
        (ApiOperation.Transcriptions or ApiOperation.Translations, _) => s_transcript,
        _ => null,
    };

    private static TextMap AddCompletion(TextMap map, string before) =>
        AddMessage(map, $"{before}choices[index].message").With(TextRole.Content, $"{before}choices[index].text").With(TextRole.Echo, $"{before}choices[index].logprobs");

    private static TextMap AddMessage(TextMap map, string message) => map
        .With(TextRole.Content, $"{message}.content", $"{message}.content[].text", $"{message}.audio.transcript")
        .With(TextRole.Refusal, $"{message}.refusal")
        .With(TextRole.Arguments, $"{message}.tool_calls[].function.arguments.**", $"{message}.tool_calls[].custom.input", $"{message}.function_call.arguments.**")
        .With(
            TextRole.Reasoning,
            $"{message}.reasoning_content",
            $"{message}.reasoning",
            $"{message}.thinking",
            $"{message}.content[].thinking",
            $"{message}.content[].thinking[].text",
            $"{message}.reasoning_details[].text",
            $"{message}.reasoning_details[].summary");
}
